#include "catalog/drift.h"

#include <charconv>
#include <map>
#include <set>
#include <utility>

#include "catalog/bodies.h"
#include "catalog/parts.h"
#include "catalog/view.h"
#include "planning/target_ids.h"
#include "planning/three_way.h"
#include "store/contents.h"
#include "store/credentials.h"
#include "store/promotion.h"

namespace syncline::catalog {
namespace {

using Versions = std::map<std::int64_t, Uuid>;  // number, body

// A copy as one side has it: as it was synced, as it is, or as the source would make it now.
struct Side {
  store::ResourceRow row;  // of the target, whichever side it tells
  json::Value parts;
  Versions versions = {};
};

// Fingerprints and checksums: enough to tell a change, and nothing of a secret.
Result<json::Value> parts_of(db::Connection& connection, std::string_view tenant, const store::ResourceRow& row) {
  json::Object parts;
  if (info(row.kind).holds_credentials) {
    json::Object credentials;
    const std::vector<store::CredentialRow> rows = TRY(store::list_credentials(connection, tenant, row.id));
    for (const store::CredentialRow& each : rows) credentials.add(each.field, to_hex(each.fingerprint));
    parts.add("credentials", std::move(credentials));
  }
  if (row.kind == Kind::document) {
    const std::optional<store::ContentRow> content = TRY(store::find_document_content(connection, tenant, row.id));
    if (content) {
      parts.add("content",
                json::Object{
                    {"size", content->size}, {"sha256", to_hex(content->sha256)}, {"mediaType", content->media_type}});
    }
  }
  if (row.kind == Kind::knowledge_base) {
    json::Object embeddings;
    const std::vector<store::EmbeddingRow> rows = TRY(store::list_embeddings(connection, tenant, row.id));
    for (const store::EmbeddingRow& each : rows) embeddings.add(each.document.text(), to_hex(each.sha256));
    parts.add("embeddings", std::move(embeddings));
  }
  return json::Value(std::move(parts));
}

Result<Versions> versions_of(db::Connection& connection, const store::ResourceRow& row) {
  Versions versions;
  const std::vector<store::VersionRow> rows = TRY(store::list_versions(connection, row.lineage_id, row.published));
  for (const store::VersionRow& version : rows) versions.emplace(version.number, version.body_id);
  return versions;
}

Result<Side> side_now(db::Connection& connection, std::string_view tenant, const store::ResourceRow& row) {
  Side side{.row = row, .parts = TRY(parts_of(connection, tenant, row))};
  side.versions = TRY(versions_of(connection, row));
  return side;
}

// Nothing when it is not known what was synced.
Result<std::optional<Side>> side_synced(db::Connection& connection, std::string_view tenant,
                                        const store::ResourceRow& row) {
  std::optional<store::CopyBaseRow> base = TRY(store::find_copy_base(connection, tenant, row.id));
  if (!base) return std::optional<Side>();
  Side side{.row = row, .parts = TRY(json::parse(base->parts))};
  side.row.name = std::move(base->name);
  side.row.description = std::move(base->description);
  side.row.status = std::move(base->status);
  side.row.lineage_id = base->lineage_id;
  side.row.published = base->published;
  side.row.draft_id = base->draft_id;
  side.row.exceptions = std::move(base->exceptions);
  side.versions = TRY(versions_of(connection, side.row));
  return std::optional(std::move(side));
}

// Where the source's references to copies lead in the target, as the next sync will write it (X18).
Result<std::string> exceptions_of(db::Connection& connection, std::string_view source, std::string_view target,
                                  const store::ResourceRow& original) {
  planning::TargetIds ids(source, target);
  TRY(store::each_adopted_row(connection, target, [&](const store::TargetRow& row) {
    ids.note({.id = row.id,
              .synced_from = row.synced_from,
              .origin = row.origin,
              .detached_from = row.detached_from,
              .adopted = row.adopted});
  }));
  std::string exceptions;
  for (const Uuid& id : store::unpack_ids(original.refs.value_or(""))) {
    std::optional<Uuid> there = ids.adopted(id);
    TRY(store::find_source_row(connection, source, id, [&](const store::SourceRow& row) {
      if (row.synced_from.empty()) return;
      there = ids.of_copy({.id = row.id, .kind = row.kind, .synced_from = row.synced_from, .origin = row.origin});
    }));
    if (!there) continue;
    exceptions += id.view();
    exceptions += there->view();
  }
  return exceptions;
}

void map_embeddings(json::Value& parts, const IdMapping& mapping) {
  const json::Value* embeddings = parts.at("embeddings");
  if (embeddings == nullptr) return;
  json::Object mapped;
  for (const json::Member& each : embeddings->object()->members()) {
    mapped.add(mapping.of(parse_uuid(each.name).value()).text(), each.value);
  }
  parts.object()->set("embeddings", std::move(mapped));
}

// Nothing when the original is gone.
Result<std::optional<Side>> side_of_source(db::Connection& connection, std::string_view tenant,
                                           const store::ResourceRow& copy) {
  const std::string& source = *copy.synced_from;
  std::optional<store::ResourceRow> original = TRY(store::find_resource(connection, source, *copy.origin_id));
  if (!original || original->synced_from) return std::optional<Side>();
  Side side{.row = copy, .parts = TRY(parts_of(connection, source, *original))};
  const std::string exceptions = TRY(exceptions_of(connection, source, tenant, *original));
  map_embeddings(side.parts, IdMapping(source, tenant, exceptions));
  side.row.name = std::move(original->name);
  side.row.description = std::move(original->description);
  side.row.status = std::move(original->status);
  side.row.lineage_id = original->lineage_id;
  side.row.published = original->published;
  side.row.draft_id = original->draft_id;
  side.row.exceptions = exceptions;
  side.versions = TRY(versions_of(connection, side.row));
  return std::optional(std::move(side));
}

Result<std::string> body_text(db::Connection& connection, std::string_view tenant, const Side& side, const Uuid& id) {
  const store::BodyRow body = TRY(store::load_body(connection, id));
  return render_body(tenant, side.row, body);
}

// Numbers of versions that are not the same body on all sides.
std::set<std::int64_t> differing_versions(const std::vector<const Side*>& sides) {
  std::set<std::int64_t> numbers;
  for (const Side* one : sides) {
    for (const Side* other : sides) {
      for (const auto& [number, body] : one->versions) {
        const auto found = other->versions.find(number);
        if (found == other->versions.end() || found->second != body) numbers.insert(number);
      }
    }
  }
  return numbers;
}

// All that a side says, as one document whose pointers are the fields.
Result<json::Value> facts_of(db::Connection& connection, std::string_view tenant, const Side& side,
                             const std::set<std::int64_t>& numbers) {
  json::Object facts = *side.parts.object();
  facts.set("name", side.row.name);
  facts.set("description", side.row.description);
  if (side.row.status) facts.set("status", *side.row.status);
  std::optional<Uuid> latest = side.row.draft_id;
  if (!latest && !side.versions.empty()) latest = side.versions.rbegin()->second;
  if (latest) {
    const std::string body = TRY(body_text(connection, tenant, side, *latest));
    facts.set("body", TRY(json::parse(body)));
  }
  json::Object versions;
  for (const auto& [number, body] : side.versions) {
    if (numbers.contains(number)) {
      // As text: a version is another one or it is not, as in plans.
      versions.add(std::to_string(number), json::Raw{TRY(body_text(connection, tenant, side, body))});
    }
  }
  facts.set("versions", std::move(versions));
  return json::Value(std::move(facts));
}

// Of a pointer to a version, its number.
std::optional<std::int64_t> version_at(std::string_view pointer) {
  constexpr std::string_view kVersions = "/versions/";
  if (!pointer.starts_with(kVersions)) return std::nullopt;
  pointer.remove_prefix(kVersions.size());
  std::int64_t number = 0;
  std::from_chars(pointer.data(), pointer.data() + pointer.size(), number);
  return number;
}

json::Object change_json(const planning::SideChange& change, const json::Value* before, const json::Value* after) {
  json::Object item{{"op", planning::op_name(change.op)}};
  if (change.op == planning::DiffOp::moved) {
    item.add("from", change.from);
    item.add("to", change.to);
  }
  if (change.op == planning::DiffOp::changed && planning::reads_as_lines(*before, *after)) {
    item.add("textDiff", planning::diff_texts(*before->string(), *after->string()));
  }
  return item;
}

// Of a secret only that it has changed.
json::Object field_json(const planning::ThreeWayField& field) {
  json::Object item{{"pointer", field.pointer}, {"state", planning::state_name(field.state)}};
  if (const std::optional<std::int64_t> version = version_at(field.pointer)) item.add("version", *version);
  if (!field.pointer.starts_with("/credentials")) {
    if (field.synced != nullptr) item.add("lastSynced", *field.synced);
    if (field.source != nullptr) item.add("source", *field.source);
    if (field.target != nullptr) item.add("target", *field.target);
  }
  if (field.in_source) item.add("inSource", change_json(*field.in_source, field.synced, field.source));
  if (field.in_target) item.add("inTarget", change_json(*field.in_target, field.synced, field.target));
  return item;
}

Result<json::Object> drift_item(People& people, const store::ResourceRow& row, bool synced_known) {
  json::Object item{{"kind", info(row.kind).step},
                    {"id", row.id.text()},
                    {"name", row.name},
                    {"syncedFrom", row.synced_from},
                    {"originId", row.origin_id->text()},
                    {"lastSyncedKnown", synced_known}};
  item.add("editedBy", TRY(people.of(row.updated_by)));
  item.add("editedAt", format_time(row.updated_at));
  return item;
}

Result<json::Value> listed_item(db::Connection& connection, std::string_view tenant, People& people,
                                const store::ResourceRow& row) {
  const std::optional<Side> synced = TRY(side_synced(connection, tenant, row));
  json::Object item = TRY(drift_item(people, row, synced.has_value()));
  json::Array changes;
  if (synced) {
    const Side now = TRY(side_now(connection, tenant, row));
    const std::set<std::int64_t> numbers = differing_versions({&*synced, &now});
    const json::Value before = TRY(facts_of(connection, tenant, *synced, numbers));
    const json::Value after = TRY(facts_of(connection, tenant, now, numbers));
    std::set<std::string> pointers;
    for (const planning::FieldChange& change : planning::diff_values(before, after)) pointers.insert(change.pointer);
    for (const std::string& pointer : pointers) changes.emplace_back(pointer);
  }
  item.add("changes", std::move(changes));
  return json::Value(std::move(item));
}

}  // namespace

Done keep_base(db::Connection& connection, std::string_view tenant, const store::ResourceRow& row) {
  if (!row.synced_from || row.changed_at) return done();
  const json::Value parts = TRY(parts_of(connection, tenant, row));
  return store::keep_copy_base(connection, tenant, row.id, json::write(parts));
}

Result<Listing> list_drift(Services& services, const Principal& who, const store::DriftFilter& filter,
                           const Uuid& after, std::int64_t limit) {
  const auto transaction = TRY(services.database.begin_read(db::reading(who.tenant)));
  db::Connection& connection = transaction->connection();
  std::vector<store::ResourceRow> rows = TRY(store::list_drifted(connection, who.tenant, filter, after, limit + 1));
  Listing listing;
  if (static_cast<std::int64_t>(rows.size()) > limit) {
    rows.pop_back();
    listing.last = rows.back().id;
  }
  People people(connection);
  for (const store::ResourceRow& row : rows) {
    listing.items.push_back(TRY(listed_item(connection, who.tenant, people, row)));
  }
  return listing;
}

Result<json::Value> show_drift(Services& services, const Principal& who, const ResourceKey& key) {
  const auto transaction = TRY(services.database.begin_read({.reads = {who.tenant}, .member_of = who.person}));
  db::Connection& connection = transaction->connection();
  const store::ResourceRow row = TRY(find_owner(connection, who.tenant, key, ""));
  if (!row.synced_from) return fail(ErrorKind::conflict, "not_a_copy", "This is no copy of anything.");

  const Side now = TRY(side_now(connection, who.tenant, row));
  // What has not been edited is what was synced.
  std::optional<Side> synced = now;
  if (row.changed_at) synced = TRY(side_synced(connection, who.tenant, row));
  const bool source_visible = TRY(store::has_account(connection, *row.synced_from, who.person));
  std::optional<Side> source;
  if (source_visible) source = TRY(side_of_source(connection, who.tenant, row));
  std::vector<const Side*> sides{&now};
  if (synced) sides.push_back(&*synced);
  if (source) sides.push_back(&*source);
  const std::set<std::int64_t> numbers = differing_versions(sides);

  const json::Value target_facts = TRY(facts_of(connection, who.tenant, now, numbers));
  std::optional<json::Value> synced_facts;
  if (synced) synced_facts = TRY(facts_of(connection, who.tenant, *synced, numbers));
  std::optional<json::Value> source_facts;
  if (source) source_facts = TRY(facts_of(connection, who.tenant, *source, numbers));
  json::Array fields;
  for (const planning::ThreeWayField& field :
       planning::compare_sides({.synced = synced_facts ? &*synced_facts : nullptr,
       .source = source_facts ? &*source_facts : nullptr,
       .target = &target_facts})) {
    fields.emplace_back(field_json(field));
  }
  People people(connection);
  json::Object item = TRY(drift_item(people, row, synced.has_value()));
  item.add("drifted", row.changed_at.has_value());
  item.add("sourceVisible", source_visible);
  item.add("fields", std::move(fields));
  return json::Value(std::move(item));
}

}  // namespace syncline::catalog
