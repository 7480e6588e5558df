#pragma once
// What an endpoint is: a function of four steps (parse, call, render, done) behind a row of http/routes.cpp.

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "access/services.h"
#include "base/json.h"
#include "http/message.h"
#include "model/principal.h"

namespace syncline::http {

// Who may call: the weakest role in the authenticated tenant, or one of the special cases.
enum class Who { anyone, viewer, user, admin, owner, superuser };
enum class BodyForm { none, optional_json, json, stream };

struct Context {
  Services& services;
  Request& request;
  Principal principal;                                     // empty for Who::anyone
  std::vector<std::string> path;                           // the values of {…}, decoded, in order
  std::vector<std::pair<std::string, std::string>> query;  // decoded; only names the route lists, each at most once
  json::Value body;                                        // parsed and known to be an object; null when there is none
  std::string request_id;

  std::optional<std::string_view> param(std::string_view name) const {
    for (const auto& [key, value] : query) {
      if (key == name) return value;
    }
    return std::nullopt;
  }
};

using Endpoint = Result<Response> (*)(Context&);

inline constexpr std::string_view kAnyQuery = "*";

struct Route {
  std::string_view method;
  std::string_view pattern;  // "/api/{kind}/{id}"
  Who who;
  BodyForm body;
  Endpoint endpoint;
  std::string_view query = {};  // allowed query parameters, comma-separated, or kAnyQuery, which nobody reads; another
                                // one is 422 `unknown_parameter`
  std::size_t body_limit = 0;   // 0: the configured default
};

Response json_response(int status, const json::Value& value);  // application/json

// Reads the members of a request body: collects every mistake, so that one 422 names them all. Members never asked
// for are `unknown_member`. Usage:
//   Fields in(context.body); auto name = in.string("name", {.required = true}); … TRY(in.end());
struct StringRule {
  bool required = false;
  std::size_t min = 0;
  std::size_t max = 200;  // bytes
};
class Fields {
 public:
  explicit Fields(const json::Value& object, std::string pointer = "");
  std::optional<std::string> string(std::string_view name, StringRule rule = {});
  std::optional<bool> boolean(std::string_view name, bool required = false);
  std::optional<std::int64_t> integer(std::string_view name, std::int64_t min, std::int64_t max, bool required = false);
  const json::Value* object(std::string_view name, bool required = false);
  const json::Value* array(std::string_view name, bool required = false);
  const json::Value* any(std::string_view name);  // taken, not checked
  void fail(std::string_view name, std::string code, std::string detail);
  Done end();  // 422 `invalid_request` (or the one mistake's own code) with every pointer

 private:
  const json::Value& object_;
  std::string pointer_;
  std::vector<std::string> asked_;
  std::vector<FieldError> errors_;
  std::string code_;
};

Done nothing_asked(const Context& context);  // of a body that may only be {}, or none

// {limit, cursor} of lists: 50 by default, 500 at most; 422 `invalid_limit`. Cursors are opaque to clients.
struct Page {
  std::int64_t limit = 50;
  std::optional<std::string> after;  // the decoded cursor
};
Result<Page> page_of(const Context& context);
Result<std::optional<Uuid>> before_of(const Page& page);                                  // of lists by id
Result<std::optional<TimeMs>> time_param(const Context& context, std::string_view name);  // 422 `invalid_time`
// One of a few words; 422 `invalid_filter`.
Result<std::optional<std::string>> word_param(const Context& context, std::string_view name,
                                              std::initializer_list<std::string_view> words);
json::Value list_json(json::Array items, const std::optional<std::string>& next_cursor);
Result<Uuid> id_of(std::string_view text);  // 404 `not_found` when it is no id: such a thing does not exist

}  // namespace syncline::http
