#include "catalog/resources.h"

#include <array>
#include <charconv>
#include <memory>
#include <utility>
#include <vector>

#include "audit/record.h"
#include "catalog/bodies.h"
#include "catalog/digest.h"
#include "catalog/graph.h"
#include "catalog/lineages.h"
#include "catalog/overrides.h"
#include "catalog/parts.h"
#include "catalog/references.h"
#include "catalog/view.h"
#include "db/replicated_database.h"
#include "store/audit.h"
#include "store/edges.h"

namespace syncline::catalog {
namespace {

constexpr std::array<std::string_view, 4> kLifecycleStatuses = {"draft", "testing", "published", "archived"};

Result<store::ResourceRow> load_row(db::Connection& connection, const Principal& who, const ResourceKey& key) {
  std::optional<store::ResourceRow> row = TRY(store::find_resource(connection, who.tenant, key.id));
  if (!row || row->kind != key.kind) {
    return fail(ErrorKind::not_found, "not_found", "There is no such " + std::string(info(key.kind).singular) + ".");
  }
  return std::move(*row);
}

Done check_if_match(const store::ResourceRow& row, IfMatch if_match) {
  if (if_match.empty() || names_etag(if_match, etag_of(row))) return done();
  return fail(ErrorKind::stale, "stale", "It has changed since it was read. Read it again.");
}

Done check_versioned(Kind kind) {
  if (info(kind).versioned) return done();
  return fail(ErrorKind::conflict, "not_versioned",
              "A " + std::string(info(kind).singular) + " has no versions to publish.");
}

Result<store::BodyRow> load_version(db::Connection& connection, const store::ResourceRow& row, std::int64_t number) {
  if (number == 0 && row.draft_id) return store::load_body(connection, *row.draft_id);
  if (number > 0 && number <= row.published) {
    std::optional<store::BodyRow> body = TRY(store::find_version_body(connection, row.lineage_id, number));
    if (body) return std::move(*body);
  }
  return fail(ErrorKind::not_found, "version_not_found", "There is no such version.");
}

Result<Shown> show(db::Connection& connection, const Principal& who, const store::ResourceRow& row,
                   std::int64_t version) {
  TRY(fetch_view_ahead(connection, who.tenant, row, version));
  const store::BodyRow body = TRY(load_version(connection, row, version));
  std::string text = TRY(effective_body(connection, who.tenant, row, body));
  json::Value view = TRY(resource_view(connection, who.tenant, row, version, std::move(text)));
  return Shown{.id = row.id, .view = std::move(view), .etag = etag_of(row)};
}

// In one round trip, where one costs something: what every change asks first and last.
Done fetch_change_ahead(db::Connection& connection, const Principal& who, const ResourceKey& key) {
  const std::vector<db::Ask> asks = {store::resource_question(who.tenant, key.id),
                                     store::audit_head_question(who.tenant)};
  return connection.fetch_ahead(asks);
}

// Checks a body against its kind and the tenant, and writes it in the tenant's ids.
Result<Uuid> write_body(db::Connection& connection, const Principal& who, Kind kind, const std::string& text,
                        TimeMs now) {
  const json::Value parsed = TRY(json::parse(text));
  TRY(check_body(kind, parsed));
  std::vector<ReferenceValue> references = TRY(references_of(kind, parsed));
  TRY(check_references(connection, who.tenant, std::move(references)));
  const MadeBody made = TRY(make_body(connection, who.tenant, text, now));
  TRY(store::insert_body(connection, made.body));
  return made.body.id;
}

Done refuse_in_use(const std::vector<store::ResourceRow>& dependents) {
  if (dependents.empty()) return done();
  json::Array named;
  for (const store::ResourceRow& row : dependents) {
    named.push_back(json::Object{{"kind", info(row.kind).step}, {"id", row.id.text()}, {"name", row.name}});
  }
  return Fail{{.kind = ErrorKind::conflict,
               .code = "in_use",
               .message = "Other resources refer to it.",
               .extension_json = "\"dependents\":" + json::write(json::Value(std::move(named)))}};
}

// Sets what is asked for and differs; names what did. Neither the flag nor the body is among them.
json::Array apply_change(store::ResourceRow& row, const ResourceChange& change) {
  json::Array changed;
  const auto set = [&](std::string_view name, auto& member, const auto& wanted) {
    if (!wanted || member == *wanted) return;
    member = *wanted;
    changed.emplace_back(name);
  };
  set("name", row.name, change.name);
  set("description", row.description, change.description);
  set("status", row.status, change.status);
  return changed;
}

}  // namespace

Result<VersionSelector> parse_version_selector(std::string_view text) {
  if (text == "latest") return VersionSelector{};
  if (text == "published") return VersionSelector{.which = VersionSelector::Which::published};
  std::int64_t number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || read.ec != std::errc() || read.ptr != text.data() + text.size() || number < 0) {
    return invalid_field("version", "invalid_version", "A version is latest, published or a number.");
  }
  return VersionSelector{.which = VersionSelector::Which::number, .number = number};
}

bool is_lifecycle_status(std::string_view status) {
  for (const std::string_view known : kLifecycleStatuses) {
    if (known == status) return true;
  }
  return false;
}

Result<Shown> create_resource(Services& services, const Principal& who, Kind kind, const NewResource& wanted) {
  const std::unique_ptr<db::Transaction> transaction = TRY(services.database.begin_write(db::writing(who.tenant)));
  db::Connection& connection = transaction->connection();
  const std::int64_t revision = TRY(store::bump_revision(connection, who.tenant));
  const TimeMs now = services.clock();
  store::ResourceRow row{.id = make_uuid7(now),
                         .kind = kind,
                         .name = wanted.name,
                         .description = wanted.description,
                         .syncable = wanted.syncable,
                         .lineage_id = make_uuid7(now),
                         .created_by = who.person,
                         .created_at = now};
  if (kind == Kind::workflow) row.status = wanted.status.value_or("draft");
  row.draft_id = TRY(write_body(connection, who, kind, wanted.body, now));
  TRY(store::insert_resource(connection, who.tenant, row));
  TRY(touch(connection, who.tenant, row, revision, who, now));
  json::Object details;
  if (row.syncable) details.add("syncable", true);
  TRY(record_change(connection, who, now, "resource.create", row, std::move(details)));
  Shown shown = TRY(show(connection, who, row, latest_version(row)));
  TRY(transaction->commit());
  return shown;
}

Result<Shown> edit_resource(Services& services, const Principal& who, const ResourceKey& key,
                            const ResourceChange& change, IfMatch if_match) {
  const std::unique_ptr<db::Transaction> transaction = TRY(services.database.begin_write(db::writing(who.tenant)));
  db::Connection& connection = transaction->connection();
  TRY(fetch_change_ahead(connection, who, key));
  const std::int64_t revision = TRY(store::bump_revision(connection, who.tenant));
  const TimeMs now = services.clock();
  store::ResourceRow row = TRY(load_row(connection, who, key));
  TRY(check_if_match(row, if_match));

  json::Array changed = apply_change(row, change);
  Mentions mentions = Mentions::as_before;
  if (change.body) {
    const store::BodyRow current = TRY(load_version(connection, row, latest_version(row)));
    const std::string seen = TRY(effective_body(connection, who.tenant, row, current));
    if (seen != *change.body && render_body(who.tenant, row, current) != *change.body) {
      row.draft_id = TRY(write_body(connection, who, key.kind, *change.body, now));
      changed.emplace_back("body");
      mentions = Mentions::to_read;
    }
  }
  const bool flag_changed = change.syncable.value_or(row.syncable) != row.syncable;
  // Without a commit not even the revision moves.
  if (changed.empty() && !flag_changed) return show(connection, who, row, latest_version(row));

  json::Object details;
  if (flag_changed) {
    details.add("syncable", audit::change(row.syncable, *change.syncable));
    row.syncable = *change.syncable;
    if (!row.syncable) TRY(store::mark_shrunk(connection, who.tenant, revision));
  }
  if (!changed.empty() || !row.synced_from) {
    TRY(touch(connection, who.tenant, row, revision, who, now, mentions));
  } else {  // The flag of a copy is the tenant's own: it is no drift.
    row.updated_by = who.person;
    row.updated_at = now;
    TRY(store::update_resource(connection, who.tenant, row));
  }
  if (!changed.empty()) details.add("changed", std::move(changed));
  TRY(record_change(connection, who, now, "resource.edit", row, std::move(details)));
  Shown shown = TRY(show(connection, who, row, latest_version(row)));
  TRY(transaction->commit());
  return shown;
}

Result<Shown> publish_resource(Services& services, const Principal& who, const ResourceKey& key, std::string_view note,
                               IfMatch if_match) {
  TRY(check_versioned(key.kind));
  const std::unique_ptr<db::Transaction> transaction = TRY(services.database.begin_write(db::writing(who.tenant)));
  db::Connection& connection = transaction->connection();
  TRY(fetch_change_ahead(connection, who, key));
  const std::int64_t revision = TRY(store::bump_revision(connection, who.tenant));
  const TimeMs now = services.clock();
  store::ResourceRow row = TRY(load_row(connection, who, key));
  TRY(check_if_match(row, if_match));
  if (!row.draft_id) {
    return fail(ErrorKind::conflict, "nothing_to_publish", "There is no draft since the last published version.");
  }
  if (row.synced_from) TRY(fork_lineage(connection, row, {}, now));
  TRY(store::insert_version(connection, row.lineage_id,
                            {.number = row.published + 1,
                             .body_id = *row.draft_id,
                             .note = std::string(note),
                             .published_by = who.person,
                             .published_at = now}));
  row.published += 1;
  row.draft_id = std::nullopt;
  TRY(touch(connection, who.tenant, row, revision, who, now, Mentions::as_before));
  TRY(record_change(connection, who, now, "resource.publish", row, {{"version", row.published}}));
  Shown shown = TRY(show(connection, who, row, latest_version(row)));
  TRY(transaction->commit());
  return shown;
}

Done delete_resource(Services& services, const Principal& who, const ResourceKey& key, bool force, IfMatch if_match) {
  const std::unique_ptr<db::Transaction> transaction = TRY(services.database.begin_write(db::writing(who.tenant)));
  db::Connection& connection = transaction->connection();
  const std::int64_t revision = TRY(store::bump_revision(connection, who.tenant));
  const store::ResourceRow row = TRY(load_row(connection, who, key));
  TRY(check_if_match(row, if_match));
  if (!force) {
    const std::vector<store::ResourceRow> dependents = TRY(direct_dependents(connection, who.tenant, key.id));
    TRY(refuse_in_use(dependents));
  }
  TRY(store::delete_resource(connection, who.tenant, key.id));
  TRY(store::mark_shrunk(connection, who.tenant, revision));
  const std::optional<std::string>& source = row.synced_from ? row.synced_from : row.detached_from;
  if (source) TRY(store::forget_watermarks(connection, *source, who.tenant));
  if (row.adopted) TRY(store::forget_watermarks_into(connection, who.tenant));
  json::Object details;
  if (row.synced_from) details.add("syncedFrom", *row.synced_from);
  if (force) details.add("force", true);
  TRY(record_change(connection, who, services.clock(), "resource.delete", row, std::move(details)));
  return transaction->commit();
}

Result<Shown> get_resource(Services& services, const Principal& who, const ResourceKey& key,
                           const VersionSelector& selector) {
  const std::unique_ptr<db::Transaction> transaction = TRY(services.database.begin_read(db::reading(who.tenant)));
  db::Connection& connection = transaction->connection();
  const store::ResourceRow row = TRY(load_row(connection, who, key));
  std::int64_t number = latest_version(row);
  if (selector.which == VersionSelector::Which::published) number = row.published;  // 0: the draft
  if (selector.which == VersionSelector::Which::number) number = selector.number;
  return show(connection, who, row, number);
}

Result<json::Array> list_versions(Services& services, const Principal& who, const ResourceKey& key) {
  TRY(check_versioned(key.kind));
  const std::unique_ptr<db::Transaction> transaction = TRY(services.database.begin_read(db::reading(who.tenant)));
  db::Connection& connection = transaction->connection();
  const store::ResourceRow row = TRY(load_row(connection, who, key));
  const std::vector<store::VersionRow> versions = TRY(store::list_versions(connection, row.lineage_id, row.published));
  People people(connection);
  json::Array items;
  for (const store::VersionRow& version : versions) {
    json::Value publisher = TRY(people.of(version.published_by));
    items.push_back(json::Object{{"version", version.number},
                                 {"note", version.note},
                                 {"publishedBy", std::move(publisher)},
                                 {"publishedAt", format_time(version.published_at)}});
  }
  return items;
}

Result<Listing> list_resources(Services& services, const Principal& who, Kind kind, const store::ResourceFilter& filter,
                               const Uuid& after, std::int64_t limit) {
  const std::unique_ptr<db::Transaction> transaction =
      TRY(db::begin_stale_read(services.database, db::reading(who.tenant)));
  db::Connection& connection = transaction->connection();
  std::vector<store::ResourceRow> rows =
      TRY(store::list_resources(connection, who.tenant, kind, filter, after, limit + 1));
  Listing listing;
  if (static_cast<std::int64_t>(rows.size()) > limit) {
    rows.pop_back();
    listing.last = rows.back().id;
  }
  TRY(fetch_summaries_ahead(connection, who.tenant, rows));
  People people(connection);
  for (const store::ResourceRow& row : rows) {
    listing.items.push_back(TRY(resource_summary(people, who.tenant, row, latest_version(row))));
  }
  return listing;
}

}  // namespace syncline::catalog
