#pragma once
// A resource as the API shows it.

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/json.h"
#include "store/releases.h"
#include "store/resources.h"

namespace syncline::catalog {

// What a view needs beside the row: {id, email} of people, each read once, and the release a copy holds.
class People {
 public:
  explicit People(db::Connection& connection) : connection_(connection) {}
  Result<json::Value> of(const Uuid& person);
  Result<std::optional<store::PromotedRelease>> release_of(std::string_view tenant, const store::ResourceRow& row);

 private:
  db::Connection& connection_;
  std::map<Uuid, json::Value> known_;
};

// The number of what `latest` selects: 0 is the draft.
std::int64_t latest_version(const store::ResourceRow& row);

// Without the body: items of lists.
Result<json::Object> resource_summary(People& people, std::string_view tenant, const store::ResourceRow& row,
                                      std::int64_t version);
// All of it; `body` is the rendered text of that version.
Result<json::Value> resource_view(db::Connection& connection, std::string_view tenant, const store::ResourceRow& row,
                                  std::int64_t version, std::string body);

// In one round trip, where one costs something: what the summaries of these will ask for; and the view of this version
// of one, with its body.
Done fetch_summaries_ahead(db::Connection& connection, std::string_view tenant,
                           std::span<const store::ResourceRow> rows);
Done fetch_view_ahead(db::Connection& connection, std::string_view tenant, const store::ResourceRow& row,
                      std::int64_t version);

// Moves with every change of the resource, quoted as in the header.
std::string etag_of(const store::ResourceRow& row);
// Whether a header If-Match or If-None-Match names this tag: a list of tags, or `*`.
bool names_etag(std::string_view header, std::string_view etag);

}  // namespace syncline::catalog
