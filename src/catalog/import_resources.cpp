#include "catalog/import_resources.h"

#include <cstddef>
#include <memory>
#include <set>
#include <utility>

#include "audit/record.h"
#include "catalog/bodies.h"
#include "catalog/digest.h"
#include "catalog/lineages.h"
#include "catalog/references.h"
#include "store/edges.h"

namespace syncline::catalog {
namespace {

std::string pointer_to(std::size_t index, std::string_view member) {
  return "/resources/" + std::to_string(index) + std::string(member);
}

// One imported resource on its way through the transaction.
struct Arrival {
  const ImportedResource& wanted;
  std::vector<ReferenceValue> references;
  store::ResourceRow row;
  bool is_new = false;
  bool changed = false;

  std::string_view action() const { return is_new ? "created" : changed ? "updated" : "unchanged"; }
};

// What can be told without the database.
Result<std::vector<Arrival>> check(const std::vector<ImportedResource>& resources) {
  std::vector<Arrival> arrivals;
  std::set<Uuid> ids;
  for (std::size_t i = 0; i < resources.size(); ++i) {
    const ImportedResource& wanted = resources[i];
    if (wanted.id.version() != 8) {
      return invalid_field(pointer_to(i, "/id"), "invalid_import_id", "An imported id is a UUID of version 8.");
    }
    if (!ids.insert(wanted.id).second) {
      return invalid_field(pointer_to(i, "/id"), "duplicate_id", "Another resource here has the same id.");
    }
    const json::Value body = TRY(json::parse(wanted.body));
    TRY(check_body(wanted.kind, body, pointer_to(i, "/body")));
    std::vector<ReferenceValue> references = TRY(references_of(wanted.kind, body, pointer_to(i, "/body")));
    arrivals.push_back({.wanted = wanted, .references = std::move(references), .row = {}});
  }
  return arrivals;
}

Done insert_row(db::Connection& connection, const Principal& who, Arrival& arrival, TimeMs now) {
  const ImportedResource& wanted = arrival.wanted;
  arrival.is_new = true;
  arrival.changed = true;
  arrival.row = {.id = wanted.id,
                 .kind = wanted.kind,
                 .name = wanted.name,
                 .description = wanted.description,
                 .syncable = wanted.syncable.value_or(false),
                 .lineage_id = make_uuid7(now),
                 .created_by = who.person,
                 .created_at = now,
                 .updated_by = who.person,
                 .updated_at = now};
  if (wanted.kind == Kind::workflow) arrival.row.status = wanted.status.value_or("draft");
  return store::insert_resource(connection, who.tenant, arrival.row);
}

Done meet_row(db::Connection& connection, const Principal& who, std::int64_t revision, Arrival& arrival) {
  const ImportedResource& wanted = arrival.wanted;
  store::ResourceRow& row = arrival.row;
  if (row.synced_from || row.kind != wanted.kind) {
    return fail(ErrorKind::conflict, "id_taken", "The id " + wanted.id.text() + " names something else here.");
  }
  const auto set = [&](auto& member, const auto& value) {
    if (member == value) return;
    member = value;
    arrival.changed = true;
  };
  const bool was_syncable = row.syncable;
  set(row.name, wanted.name);
  set(row.description, wanted.description);
  set(row.syncable, wanted.syncable.value_or(row.syncable));
  if (wanted.status) set(row.status, wanted.status);
  if (was_syncable && !row.syncable) return store::mark_shrunk(connection, who.tenant, revision);
  return done();
}

Result<std::string> latest_text(db::Connection& connection, const store::ResourceRow& row) {
  std::optional<Uuid> body_id = row.draft_id;
  if (!body_id && row.published > 0) {
    const std::optional<store::VersionRow> version =
        TRY(store::find_version(connection, row.lineage_id, row.published));
    if (version) body_id = version->body_id;
  }
  if (!body_id) return std::string();
  return TRY(store::load_body(connection, *body_id)).text;
}

Done write_draft(db::Connection& connection, const Principal& who, Arrival& arrival, TimeMs now) {
  const std::string current = TRY(latest_text(connection, arrival.row));
  if (current == arrival.wanted.body) return done();
  const MadeBody made = TRY(make_body(connection, who.tenant, arrival.wanted.body, now));
  TRY(store::insert_body(connection, made.body));
  arrival.row.draft_id = made.body.id;
  arrival.changed = true;
  return done();
}

// Resources that were there before and mention what has come only now: their copies could not map it otherwise.
Done resolve_earlier(db::Connection& connection, const Principal& who, std::int64_t revision,
                     const std::vector<Arrival>& arrivals, TimeMs now) {
  std::set<Uuid> mentioning;
  for (const Arrival& arrival : arrivals) {
    if (!arrival.is_new) continue;
    const std::vector<Uuid> ids = TRY(store::list_mentioning(connection, who.tenant, arrival.wanted.id));
    mentioning.insert(ids.begin(), ids.end());
  }
  for (const Uuid& id : mentioning) {
    std::optional<store::ResourceRow> row = TRY(store::find_resource(connection, who.tenant, id));
    if (!row) continue;
    const bool changed = TRY(resolve_bodies(connection, who.tenant, *row, now));
    if (changed) TRY(touch(connection, who.tenant, *row, revision, who, now));
  }
  return done();
}

Result<json::Value> report_of(db::Connection& connection, const Principal& who, std::vector<Arrival>& arrivals) {
  std::int64_t created = 0;
  std::int64_t updated = 0;
  json::Array items;
  json::Array dangling;
  for (Arrival& arrival : arrivals) {
    const std::string_view step = info(arrival.wanted.kind).step;
    const std::string id = arrival.wanted.id.text();
    items.push_back(
        json::Object{{"kind", step}, {"id", id}, {"name", arrival.wanted.name}, {"action", arrival.action()}});
    created += arrival.is_new ? 1 : 0;
    updated += arrival.changed && !arrival.is_new ? 1 : 0;
    const std::vector<ReferenceValue> unknown =
        TRY(unknown_references(connection, who.tenant, std::move(arrival.references)));
    for (const ReferenceValue& reference : unknown) {
      dangling.push_back(
          json::Object{{"kind", step}, {"id", id}, {"pointer", "/body" + reference.pointer}, {"to", reference.text}});
    }
  }
  const std::int64_t unchanged = static_cast<std::int64_t>(arrivals.size()) - created - updated;
  json::Object summary{{"created", created}, {"updated", updated}, {"unchanged", unchanged}};
  return json::Value(json::Object{
      {"summary", std::move(summary)}, {"items", std::move(items)}, {"danglingReferences", std::move(dangling)}});
}

}  // namespace

Result<json::Value> import_resources(Services& services, const Principal& who,
                                     const std::vector<ImportedResource>& resources) {
  std::vector<Arrival> arrivals = TRY(check(resources));
  const std::unique_ptr<db::Transaction> transaction = TRY(services.database.begin_write(db::writing(who.tenant)));
  db::Connection& connection = transaction->connection();
  const std::int64_t revision = TRY(store::bump_revision(connection, who.tenant));
  const TimeMs now = services.clock();

  // All rows first: then every id among them names something when the bodies are read for ids.
  for (Arrival& arrival : arrivals) {
    std::optional<store::ResourceRow> row = TRY(store::find_resource(connection, who.tenant, arrival.wanted.id));
    if (row) {
      arrival.row = std::move(*row);
      TRY(meet_row(connection, who, revision, arrival));
    } else {
      TRY(insert_row(connection, who, arrival, now));
    }
  }
  for (Arrival& arrival : arrivals) TRY(write_draft(connection, who, arrival, now));
  bool changed = false;
  for (Arrival& arrival : arrivals) {
    if (!arrival.changed) continue;
    TRY(touch(connection, who.tenant, arrival.row, revision, who, now));
    changed = true;
  }
  TRY(resolve_earlier(connection, who, revision, arrivals, now));
  json::Value report = TRY(report_of(connection, who, arrivals));
  if (!changed) return report;  // Not even the revision moves.
  TRY(audit::record(connection, who, now,
                    {.action = "resource.import", .details = {{"summary", *report.at("summary")}}}));
  TRY(transaction->commit());
  return report;
}

}  // namespace syncline::catalog
