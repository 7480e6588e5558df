#include "catalog/view.h"

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "catalog/contents.h"
#include "catalog/credentials.h"
#include "catalog/overrides.h"
#include "store/contents.h"
#include "store/credentials.h"
#include "store/overrides.h"
#include "store/resource_lists.h"

namespace syncline::catalog {
namespace {

std::vector<db::Ask> questions_of_summaries(std::string_view tenant, std::span<const store::ResourceRow> rows) {
  std::set<Uuid> people;
  std::vector<db::Ask> asks;
  for (const store::ResourceRow& row : rows) {
    people.insert({row.created_by, row.updated_by});
    if (row.synced_from) asks.push_back(store::release_of_copy_question(tenant, row.id));
  }
  for (const Uuid& person : people) asks.push_back(store::person_email_question(person));
  return asks;
}

}  // namespace

Result<json::Value> People::of(const Uuid& person) {
  const auto known = known_.find(person);
  if (known != known_.end()) return known->second;
  const std::optional<std::string> email = TRY(store::find_person_email(connection_, person));
  const json::Value view = json::Object{{"id", person.text()}, {"email", email}};
  return known_.emplace(person, view).first->second;
}

Result<std::optional<store::PromotedRelease>> People::release_of(std::string_view tenant,
                                                                 const store::ResourceRow& row) {
  if (!row.synced_from) return std::optional<store::PromotedRelease>();
  return store::find_release_of_copy(connection_, tenant, row.id);
}

std::int64_t latest_version(const store::ResourceRow& row) { return row.draft_id ? 0 : row.published; }

Result<json::Object> resource_summary(People& people, std::string_view tenant, const store::ResourceRow& row,
                                      std::int64_t version) {
  const bool versioned = info(row.kind).versioned;
  std::optional<std::string> origin;
  if (row.origin_id) origin = row.origin_id->text();
  json::Object view;
  view.add("id", row.id.text());
  view.add("kind", info(row.kind).step);
  view.add("tenantId", tenant);
  view.add("name", row.name);
  view.add("description", row.description);
  view.add("syncable", row.syncable);
  view.add("syncedFrom", row.synced_from);
  view.add("originId", origin);
  json::Value detached;
  if (row.detached_from) {
    detached = json::Object{{"source", *row.detached_from}, {"originId", row.detached_origin->text()}};
  }
  view.add("detachedFrom", std::move(detached));
  view.add("drifted", row.synced_from.has_value() && row.changed_at.has_value());
  const std::optional<store::PromotedRelease> release = TRY(people.release_of(tenant, row));
  view.add("releaseId", release ? json::Value(release->id.text()) : json::Value());
  view.add("releaseName", release ? json::Value(release->name) : json::Value());
  view.add("version", version);
  view.add("draft", versioned && row.draft_id.has_value());
  view.add("publishedVersion", row.published > 0 ? json::Value(row.published) : json::Value());
  if (row.status) view.add("status", *row.status);
  view.add("createdBy", TRY(people.of(row.created_by)));
  view.add("createdAt", format_time(row.created_at));
  view.add("updatedBy", TRY(people.of(row.updated_by)));
  view.add("updatedAt", format_time(row.updated_at));
  return view;
}

Result<json::Value> resource_view(db::Connection& connection, std::string_view tenant, const store::ResourceRow& row,
                                  std::int64_t version, std::string body) {
  People people(connection);
  json::Object view = TRY(resource_summary(people, tenant, row, version));
  view.add("override", row.synced_from ? TRY(override_view(connection, tenant, row.id)) : json::Value());
  view.add("body", json::Raw{std::move(body)});
  if (info(row.kind).holds_credentials) {
    view.add("credentials", TRY(credentials_view(connection, tenant, row.id)));
  }
  if (row.kind == Kind::document) view.add("content", TRY(content_view(connection, tenant, row.id)));
  return json::Value(std::move(view));
}

Done fetch_summaries_ahead(db::Connection& connection, std::string_view tenant,
                           std::span<const store::ResourceRow> rows) {
  if (!connection.is_remote()) return done();
  return connection.fetch_ahead(questions_of_summaries(tenant, rows));
}

Done fetch_view_ahead(db::Connection& connection, std::string_view tenant, const store::ResourceRow& row,
                      std::int64_t version) {
  if (!connection.is_remote()) return done();
  std::vector<db::Ask> asks = questions_of_summaries(tenant, {&row, 1});
  if (version > 0)
    asks.push_back(store::version_body_question(row.lineage_id, version));
  else if (row.draft_id)
    asks.push_back(store::body_question(*row.draft_id));
  if (row.synced_from) asks.push_back(store::override_question(tenant, row.id));
  if (info(row.kind).holds_credentials) {
    asks.push_back(store::credentials_question(tenant, row.id));
    asks.push_back(store::override_credentials_question(tenant, row.id));
  }
  if (row.kind == Kind::document) asks.push_back(store::content_question(tenant, row.id));
  return connection.fetch_ahead(asks);
}

std::string etag_of(const store::ResourceRow& row) {
  std::string state;
  state += row.id.view();
  state += row.lineage_id.view();
  state += std::to_string(row.published) + ".";
  state += row.draft_id.value_or(Uuid{}).view();
  state += std::string_view(reinterpret_cast<const char*>(row.digest.data()), row.digest.size());
  state += row.exceptions.value_or("") + ".";
  state += std::to_string(row.changed_at.value_or(-1)) + "." + std::to_string(row.updated_at);
  state += row.syncable ? "+" : "-";
  state += std::to_string(row.name.size()) + ":" + row.name + row.description + "." + row.status.value_or("");
  const Digest digest = sha256(state);
  return "\"" + to_base64url({reinterpret_cast<const char*>(digest.data()), 16}) + "\"";
}

bool names_etag(std::string_view header, std::string_view etag) {
  while (!header.empty()) {
    std::string_view tag = header.substr(0, header.find(','));
    header.remove_prefix(std::min(header.size(), tag.size() + 1));
    while (!tag.empty() && (tag.front() == ' ' || tag.front() == '\t')) tag.remove_prefix(1);
    while (!tag.empty() && (tag.back() == ' ' || tag.back() == '\t')) tag.remove_suffix(1);
    if (tag.starts_with("W/")) tag.remove_prefix(2);
    if (tag == "*" || tag == etag) return true;
  }
  return false;
}

}  // namespace syncline::catalog
