#include "http/dispatch.h"

#include <algorithm>
#include <utility>

#include "access/authenticate.h"
#include "base/bytes.h"
#include "http/metrics.h"
#include "http/problem.h"
#include "http/session_cookie.h"
#include "model/kinds.h"

namespace syncline::http {
namespace {

constexpr std::string_view kKindSegment = "{kind}";
constexpr std::string_view kPageSegment = "{page}";  // all that follows, outside /api

bool is_parameter(std::string_view segment) { return segment.starts_with("{"); }

// Before anything of the path is decoded: most patterns differ in a word.
bool literals_fit(const std::vector<std::string_view>& pattern, const std::vector<std::string_view>& segments) {
  return std::equal(pattern.begin(), pattern.end(), segments.begin(), segments.end(),
                    [](std::string_view expected, std::string_view segment) {
                      return is_parameter(expected) || expected == segment;
                    });
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (;;) {
    const std::size_t end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

// Percent-decoding; nothing when it is malformed, holds a NUL or is no UTF-8.
std::optional<std::string> decode(std::string_view text, bool plus_is_space) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+' && plus_is_space) {
      decoded += ' ';
    } else if (text[i] != '%') {
      decoded += text[i];
    } else {
      const auto byte = from_hex(text.substr(i + 1, 2));
      if (!byte.ok() || byte.value().size() != 1) return std::nullopt;
      decoded += byte.value();
      i += 2;
    }
  }
  if (decoded.find('\0') != std::string::npos || !json::valid_utf8(decoded)) return std::nullopt;
  return decoded;
}

Result<std::vector<std::pair<std::string, std::string>>> parse_query(std::string_view query, std::string_view allowed) {
  std::vector<std::pair<std::string, std::string>> params;
  if (query.empty() || allowed == kAnyQuery) return params;
  const std::vector<std::string_view> known = split(allowed, ',');
  for (const std::string_view pair : split(query, '&')) {
    if (pair.empty()) continue;
    const std::size_t equals = std::min(pair.find('='), pair.size());
    const auto name = decode(pair.substr(0, equals), true);
    const auto value = decode(pair.substr(std::min(equals + 1, pair.size())), true);
    if (!name || !value) return fail(ErrorKind::malformed, "malformed_query", "The query is not well encoded.");
    if (name->empty() || std::find(known.begin(), known.end(), *name) == known.end()) {
      return fail(ErrorKind::invalid, "unknown_parameter", "The parameter `" + *name + "` is not known here.");
    }
    const auto same = [&](const auto& param) { return param.first == *name; };
    if (std::any_of(params.begin(), params.end(), same)) {
      return fail(ErrorKind::invalid, "duplicate_parameter", "The parameter `" + *name + "` is there twice.");
    }
    params.emplace_back(*name, *value);
  }
  return params;
}

bool is_json_type(std::string_view type) {
  std::string_view essence = type.substr(0, type.find(';'));
  while (essence.ends_with(' ') || essence.ends_with('\t')) essence.remove_suffix(1);
  return same_name(essence, "application/json");
}

Result<json::Value> parse_body(const Request& request, BodyForm form) {
  const bool takes_json = form == BodyForm::json || form == BodyForm::optional_json;
  if (request.body.empty()) {
    if (form == BodyForm::json) return fail(ErrorKind::malformed, "missing_body", "A JSON body is needed.");
    return json::Value();
  }
  if (!takes_json) return fail(ErrorKind::invalid, "unexpected_body", "There is nothing to say in a body here.");
  if (!is_json_type(request.header("Content-Type"))) {
    return fail(ErrorKind::unsupported_media, "unsupported_media_type", "The body must be application/json.");
  }
  json::Value body = TRY(json::parse(request.body));
  if (body.object() == nullptr) return invalid_field("", "invalid_request", "The body must be an object.");
  return body;
}

struct PresentedToken {
  std::string_view token;
  access::Carrier carrier = access::Carrier::header;
};

// The token of either header, else of the console's cookie.
Result<PresentedToken> token_of(const Request& request) {
  const auto refuse = [](std::string detail) {
    return fail(ErrorKind::unauthenticated, "unauthenticated", std::move(detail));
  };
  if (request.count("Authorization") + request.count("x-api-key") == 0) {
    const std::optional<std::string_view> cookie = session_cookie(request);
    if (!cookie) return refuse("A token is needed.");
    TRY(check_same_site(request));
    return PresentedToken{*cookie, access::Carrier::cookie};
  }
  if (request.count("Authorization") + request.count("x-api-key") > 1) return refuse("Send one token, once.");
  if (request.count("x-tenant-id") > 1) return refuse("Send one x-tenant-id.");
  const std::string_view key = request.header("x-api-key");
  if (!key.empty()) return PresentedToken{key};
  const std::string_view value = request.header("Authorization");
  constexpr std::string_view kScheme = "Bearer ";
  if (value.size() <= kScheme.size() || !same_name(value.substr(0, kScheme.size()), kScheme)) {
    return refuse("The Authorization header must be: Bearer, a space, the token.");
  }
  return PresentedToken{value.substr(kScheme.size())};
}

Role weakest(Who who) {
  switch (who) {
    case Who::user: return Role::user;
    case Who::admin: return Role::admin;
    case Who::owner: return Role::owner;
    default: return Role::viewer;
  }
}

Done check_role(const Principal& principal, Who who) {
  if (who == Who::superuser) {
    if (principal.superuser) return done();
    return fail(ErrorKind::forbidden, "superuser_required", "Only a superuser of this deployment may do this.");
  }
  if (principal.role >= weakest(who)) return done();
  return fail(ErrorKind::forbidden, "role_required",
              "This needs the role " + std::string(role_name(weakest(who))) + " in " + principal.tenant +
                  "; yours is " + std::string(role_name(principal.role)) + ".");
}

}  // namespace

Dispatcher::Dispatcher(Services& services, std::span<const Route> routes, AnswerLog log, std::size_t body_limit)
    : services_(services), log_(std::move(log)), body_limit_(body_limit) {
  for (const Route& route : routes) patterns_.push_back({&route, split(route.pattern, '/')});
}

// The table lists literal paths before those with parameters; {kind} takes kinds only.
Dispatcher::Match Dispatcher::match(std::string_view method, std::string_view path) const {
  Match found;
  const std::vector<std::string_view> segments = split(path, '/');
  const std::vector<std::string_view>* of_pattern = nullptr;
  for (const Pattern& pattern : patterns_) {
    if (pattern.segments.back() == kPageSegment) {
      const bool is_page = found.allowed.empty() && segments.size() > 1 && segments[1] != "api";
      if (is_page && pattern.route->method == method) return {pattern.route, {}, {}};
      continue;
    }
    if (!literals_fit(pattern.segments, segments)) continue;
    std::vector<std::string> values;
    bool fits = true;
    for (std::size_t i = 0; i < segments.size() && fits; ++i) {
      if (!is_parameter(pattern.segments[i])) continue;
      auto value = decode(segments[i], false);
      fits = value && !value->empty() && (pattern.segments[i] != kKindSegment || kind_of_step(*value));
      if (fits) values.push_back(std::move(*value));
    }
    if (!fits) continue;
    // A path belongs to the first pattern it fits: {target} does not stand in for `runs`.
    if (of_pattern != nullptr && *of_pattern != pattern.segments) continue;
    of_pattern = &pattern.segments;
    if (pattern.route->method == method) return {pattern.route, std::move(values), {}};
    found.allowed += (found.allowed.empty() ? "" : ", ") + std::string(pattern.route->method);
  }
  return found;
}

BodyPlan Dispatcher::plan(const Request& request) const {
  const Match found = match(request.method, request.path);
  if (found.route == nullptr) return {.stream = false, .limit = body_limit_};
  if (found.route->body == BodyForm::stream) return {.stream = true, .limit = UINT64_MAX};
  return {.stream = false, .limit = found.route->body_limit == 0 ? body_limit_ : found.route->body_limit};
}

Result<Response> Dispatcher::answer(Request& request, const std::string& request_id, std::string& tenant) const {
  Match found = match(request.method, request.path);
  if (found.route == nullptr && found.allowed.empty()) {
    return fail(ErrorKind::not_found, "not_found", "There is nothing at this path.");
  }
  if (found.route == nullptr) {
    Response response = problem_response({.kind = ErrorKind::method_not_allowed,
                                          .code = "method_not_allowed",
                                          .message = "This path takes " + found.allowed + "."},
                                         request_id);
    response.set("Allow", found.allowed);
    return response;
  }
  const Route& route = *found.route;
  Context context{.services = services_,
                  .request = request,
                  .principal = {},
                  .path = std::move(found.values),
                  .query = {},
                  .body = {},
                  .request_id = request_id};
  if (route.who != Who::anyone) {
    const PresentedToken presented = TRY(token_of(request));
    context.principal =
        TRY(access::authenticate(services_, presented.token, presented.carrier, request.header("x-tenant-id")));
    context.principal.request_id = request_id;
    tenant = context.principal.tenant;
    TRY(check_role(context.principal, route.who));
  }
  context.query = TRY(parse_query(request.query, route.query));
  if (route.body != BodyForm::stream) context.body = TRY(parse_body(request, route.body));
  return route.endpoint(context);
}

Response Dispatcher::handle(Request& request) const {
  const TimeMs started_at = services_.clock();
  Answered answered{.request_id = make_uuid7(started_at).text(), .method = request.method, .path = request.path};
  auto result = answer(request, answered.request_id, answered.tenant);
  Response response;
  if (result.ok()) {
    response = std::move(result).value();
  } else {
    answered.code = result.error().code;
    answered.context = result.error().context;
    response = problem_response(result.error(), answered.request_id);
  }
  response.set("X-Request-Id", answered.request_id);
  response.set("X-Content-Type-Options", "nosniff");
  if (response.status < 300 && request.method != "GET") response.set("Cache-Control", "no-store");
  answered.status = response.status;
  answered.took_ms = services_.clock() - started_at;
  metrics().count(answered.status, answered.took_ms);
  if (log_) log_(answered);
  return response;
}

}  // namespace syncline::http
