#include "promotion/releases.h"

#include <algorithm>
#include <array>
#include <unordered_set>
#include <utility>

#include "audit/record.h"
#include "base/json.h"
#include "catalog/view.h"
#include "promotion/compressed.h"
#include "promotion/packing.h"
#include "store/resources.h"

namespace syncline::promotion {
namespace {

namespace column = store::resources_column;

const store::PartTable& table_named(std::string_view name) {
  for (const store::PartTable& table : store::part_tables()) {
    if (table.name == name) return table;
  }
  ensure(false, "The table is one of parts.");
  return store::part_tables()[store::kResourcesTable];
}

store::SourceRow source_row(const store::PackedRow& packed) {
  const store::UnpackedRow row = store::unpack_resource(packed.packed);
  store::SourceRow source{.id = packed.owner,
                          .kind = static_cast<Kind>(row.integer(column::kKind)),
                          .name = row.text(column::kName),
                          .description = row.text(column::kDescription),
                          .syncable = row.boolean(column::kSyncable),
                          .status = std::nullopt,
                          .synced_from = row.text(column::kSyncedFrom),
                          .origin = row.uuid(column::kOrigin),
                          .lineage = row.uuid(column::kLineage),
                          .published = row.integer(column::kPublished),
                          .draft = std::nullopt,
                          .refs = row.bytes(column::kRefs),
                          .built_ins = static_cast<std::uint32_t>(row.integer(column::kBuiltIns)),
                          .changed_at = row.integer(column::kChangedAt),
                          .created_by = row.uuid(column::kCreatedBy),
                          .created_at = row.integer(column::kCreatedAt)};
  if (!row.is_null(column::kStatus)) source.status = row.text(column::kStatus);
  if (!row.is_null(column::kDraft)) source.draft = row.uuid(column::kDraft);
  const std::string_view digest = row.bytes(column::kDigest);
  std::copy(digest.begin(), digest.end(), source.digest.begin());
  return source;
}

template <typename Part, typename Read>
std::vector<Part> parts_of(const Release& release, std::string_view name, Read read) {
  const store::PartTable& table = table_named(name);
  std::vector<Part> parts;
  for (const store::PackedRow& row : release.rows) {
    if (&store::part_tables()[row.table] == &table)
      parts.push_back(read(row.owner, store::UnpackedRow(row.packed, table)));
  }
  return parts;
}

// What a sync would take now, and the copies it meets (X18).
Result<Selection> select_now(db::Connection& connection, std::string_view tenant, const NewRelease& wanted) {
  Selection selection;
  TRY(store::each_source_row(connection, tenant, [&](const store::SourceRow& row) { selection.snapshot.add(row); }));
  std::optional<std::vector<planning::Index>> roots;
  if (wanted.resources) roots = TRY(find_named(*wanted.resources, "resources", selection));
  selection.closure = planning::select_closure(selection.snapshot.source, roots);
  return selection;
}

std::vector<Uuid> ids_of(const Selection& selection, bool with_copies) {
  std::vector<Uuid> ids;
  for (const planning::Index member : selection.closure.members) ids.push_back(selection.snapshot.source[member].id);
  for (const planning::Excluded& excluded : selection.closure.excluded) {
    if (with_copies && excluded.resource != planning::kNone) ids.push_back(excluded.id);
  }
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  return ids;
}

Result<Release> keep_now(db::Connection& connection, std::string_view tenant, const NewRelease& wanted,
                         const Selection& selection) {
  Release release;
  if (wanted.resources) {
    release.roots.emplace();
    for (const NamedResource& each : *wanted.resources) {
      const std::optional<Uuid> id = parse_uuid(each.id);
      if (id) release.roots->push_back(*id);
    }
  }
  const std::vector<Uuid> ids = ids_of(selection, true);
  release.rows = TRY(store::read_packed_rows(connection, tenant, store::Extent::synced, ids));
  std::vector<store::VariableUse> uses = TRY(store::list_variable_uses(connection, tenant));
  for (store::VariableUse& use : uses) {
    if (std::binary_search(ids.begin(), ids.end(), use.resource)) release.variable_uses.push_back(std::move(use));
  }
  return release;
}

std::string pack(const Release& release) {
  PackWriter out;
  out.tables();
  out.number(release.roots ? 1 : 0);
  if (release.roots) {
    out.number(release.roots->size());
    for (const Uuid& id : *release.roots) out.id(id);
  }
  out.number(release.rows.size());
  for (const store::PackedRow& row : release.rows) {
    out.id(row.owner);
    out.row(row);
  }
  out.number(release.variable_uses.size());
  for (const store::VariableUse& use : release.variable_uses) {
    out.id(use.resource);
    out.text(use.name);
  }
  return out.bytes();
}

void unpack(std::string_view bytes, Release& release) {
  PackReader in(bytes);
  in.tables();
  if (in.number() != 0) {
    release.roots.emplace(in.number());
    for (Uuid& id : *release.roots) id = in.id();
  }
  release.rows.resize(in.number());
  for (store::PackedRow& row : release.rows) {
    const Uuid owner = in.id();
    row = in.row(owner);
  }
  release.variable_uses.resize(in.number());
  for (store::VariableUse& use : release.variable_uses) {
    use.resource = in.id();
    use.name = in.text();
  }
}

struct Contents {
  std::array<std::int64_t, kKinds.size()> counts{};
  json::Array items;
  std::string digest_input;
};

// The members of the steps, by kinds and then by ids; the digest is over ids and digests in the order of ids.
Contents contents_of(const Selection& selection, const std::vector<Kind>& steps) {
  Contents contents;
  std::vector<planning::Index> members = selection.closure.members;
  const planning::Source& source = selection.snapshot.source;
  std::erase_if(members, [&](planning::Index member) {
    return std::find(steps.begin(), steps.end(), source[member].kind) == steps.end();
  });
  std::sort(members.begin(), members.end(),
            [&](planning::Index a, planning::Index b) { return source[a].id < source[b].id; });
  for (const planning::Index member : members) {
    contents.digest_input += source[member].id.view();
    const Digest& digest = source[member].digest;
    contents.digest_input.append(reinterpret_cast<const char*>(digest.data()), digest.size());
  }
  std::stable_sort(members.begin(), members.end(),
                   [&](planning::Index a, planning::Index b) { return source[a].kind < source[b].kind; });
  for (const planning::Index member : members) {
    const planning::Resource& resource = source[member];
    const Content& content = selection.snapshot.contents[member];
    ++contents.counts[static_cast<std::size_t>(resource.kind)];
    contents.items.emplace_back(json::Object{{"kind", info(resource.kind).step},
                                             {"id", resource.id.text()},
                                             {"name", resource.name},
                                             {"published", content.published},
                                             {"draft", content.draft.has_value()},
                                             {"digest", to_hex(resource.digest)}});
  }
  return contents;
}

std::string summary_json(const std::array<std::int64_t, kKinds.size()>& counts) {
  json::Object summary;
  for (const KindInfo& kind : kKinds) {
    summary.add(std::string(kind.step), counts[static_cast<std::size_t>(kind.kind)]);
  }
  return json::write(json::Value(std::move(summary)));
}

Result<std::string> release_json(db::Connection& connection, std::string_view tenant, const store::ReleaseRow& row,
                                 const std::optional<std::string>& items) {
  catalog::People people(connection);
  json::Array steps;
  for (const KindInfo& kind : kKinds) {
    if (("," + row.steps + ",").find("," + std::string(kind.step) + ",") != std::string::npos) {
      steps.emplace_back(kind.step);
    }
  }
  json::Object object{{"releaseId", row.id.text()},   {"name", row.name}, {"note", row.note},
                      {"digest", to_hex(row.digest)}, {"source", tenant}, {"steps", std::move(steps)}};
  object.add("createdBy", TRY(people.of(row.created_by)));
  object.add("createdAt", format_time(row.created_at));
  object.add("summary", json::Raw{row.summary});
  if (items) object.add("items", json::Raw{*items});
  return json::write(json::Value(std::move(object)));
}

}  // namespace

Result<std::string> create_release(const Services& services, const Principal& principal, const NewRelease& wanted) {
  const TimeMs now = services.clock();
  const auto transaction = TRY(services.database.begin_write(db::writing(principal.tenant)));
  db::Connection& connection = transaction->connection();
  if (TRY(store::has_release_named(connection, principal.tenant, wanted.name))) {
    return fail(ErrorKind::conflict, "release_exists", "There is a release of this name.");
  }
  const Selection selection = TRY(select_now(connection, principal.tenant, wanted));
  const Release release = TRY(keep_now(connection, principal.tenant, wanted, selection));
  const Contents contents = contents_of(selection, wanted.steps);
  const store::ReleaseRow row{.id = make_uuid7(now),
                              .name = wanted.name,
                              .note = wanted.note,
                              .digest = sha256(contents.digest_input),
                              .steps = step_names(wanted.steps),
                              .summary = summary_json(contents.counts),
                              .created_by = principal.person,
                              .created_at = now};
  const std::string items = json::write(json::Value(contents.items));
  Reachable reachable;
  for (const store::PackedRow& packed : release.rows) reachable.add(packed);
  TRY(store::insert_release(connection, principal.tenant, row,
                            {.body_ids = store::pack_ids(std::move(reachable.bodies)),
                             .lineage_ids = store::pack_ids(std::move(reachable.lineages)),
                             .blob_ids = store::pack_ids(std::move(reachable.blobs)),
                             .items = compress(items),
                             .contents = compress(pack(release))}));
  TRY(audit::record(connection, principal, now,
                    {.action = "release.create",
                     .subject = {"release", row.id.text(), row.name},
                     .details = json::Object{{"digest", to_hex(row.digest)}, {"summary", json::Raw{row.summary}}}}));
  std::string text = TRY(release_json(connection, principal.tenant, row, items));
  TRY(transaction->commit());
  return text;
}

Result<std::string> get_release(const Services& services, const Principal& principal, const Uuid& id) {
  const auto transaction = TRY(services.database.begin_read(db::reading(principal.tenant)));
  const auto row = TRY(store::find_release(transaction->connection(), principal.tenant, id));
  if (!row) return fail(ErrorKind::not_found, "release_not_found", "There is no such release.");
  const std::string kept = TRY(store::load_release_items(transaction->connection(), principal.tenant, id));
  const std::string items = TRY(decompress(kept));
  return release_json(transaction->connection(), principal.tenant, *row, items);
}

Result<ReleaseListing> list_releases(const Services& services, const Principal& principal,
                                     const std::optional<Uuid>& before, std::int64_t limit) {
  const auto transaction = TRY(services.database.begin_read(db::reading(principal.tenant)));
  Uuid newest;
  newest.bytes.fill(0xff);
  std::vector<store::ReleaseRow> rows =
      TRY(store::list_releases(transaction->connection(), principal.tenant, before.value_or(newest), limit + 1));
  ReleaseListing listing;
  if (static_cast<std::int64_t>(rows.size()) > limit) {
    rows.pop_back();
    listing.last = rows.back().id;
  }
  for (const store::ReleaseRow& row : rows) {
    listing.items.push_back(TRY(release_json(transaction->connection(), principal.tenant, row, std::nullopt)));
  }
  return listing;
}

Result<std::shared_ptr<const Release>> load_release(db::Connection& connection, std::string_view source,
                                                    const Uuid& id) {
  std::optional<store::ReleaseRow> row = TRY(store::find_release(connection, source, id));
  if (!row) return fail(ErrorKind::not_found, "release_not_found", "There is no such release.");
  const auto release = std::make_shared<Release>();
  release->row = std::move(*row);
  const std::string kept = TRY(store::load_release_contents(connection, source, id));
  const std::string bytes = TRY(decompress(kept));
  unpack(bytes, *release);
  return std::shared_ptr<const Release>(release);
}

Result<Selection> select_release(db::Connection& connection, const Pair& pair, std::shared_ptr<const Release> release) {
  Selection selection;
  for (const store::PackedRow& row : release->rows) {
    if (row.table == store::kResourcesTable) selection.snapshot.add(source_row(row));
  }
  TRY(store::each_target_row(connection, pair.target,
                             [&](const store::TargetRow& row) { selection.snapshot.add(row); }));
  std::optional<std::vector<planning::Index>> roots;
  if (release->roots) {
    selection.marking = planning::Marking::none;
    roots.emplace();
    for (const Uuid& id : *release->roots) roots->push_back(selection.snapshot.source.find(id));
    std::erase(*roots, planning::kNone);
  }
  selection.closure = planning::select_closure(selection.snapshot.source, roots);
  selection.release = std::move(release);
  return selection;
}

std::vector<store::CredentialPart> credential_parts_of(const Release& release) {
  return parts_of<store::CredentialPart>(release, "credentials", [](const Uuid& owner, const store::UnpackedRow& row) {
    store::CredentialPart part{.owner = owner,
                               .field = std::string(row.text(1)),
                               .sealed = std::nullopt,
                               .template_text = std::nullopt,
                               .fingerprint = std::string(row.bytes(4))};
    if (!row.is_null(2)) part.sealed = std::string(row.bytes(2));
    if (!row.is_null(3)) part.template_text = std::string(row.text(3));
    return part;
  });
}

std::vector<store::ContentPart> content_parts_of(const Release& release) {
  return parts_of<store::ContentPart>(release, "document_contents",
                                      [](const Uuid& owner, const store::UnpackedRow& row) {
                                        return store::ContentPart{.owner = owner,
                                                                  .blob = row.uuid(1),
                                                                  .size = row.integer(2),
                                                                  .sha256 = std::string(row.bytes(3)),
                                                                  .media_type = std::string(row.text(4))};
                                      });
}

std::vector<store::EmbeddingPart> embedding_parts_of(const Release& release) {
  return parts_of<store::EmbeddingPart>(release, "embeddings", [](const Uuid& owner, const store::UnpackedRow& row) {
    return store::EmbeddingPart{.owner = owner,
                                .document = row.uuid(1),
                                .blob = row.uuid(2),
                                .chunks = row.integer(3),
                                .dimensions = row.integer(4),
                                .size = row.integer(5),
                                .sha256 = std::string(row.bytes(6))};
  });
}

}  // namespace syncline::promotion
