#pragma once
// The table `resources` and its neighbours `bodies`, `versions`, `referrers`, `variable_uses`, `unresolved_mentions`.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "db/connection.h"
#include "model/kinds.h"

namespace syncline::store {

// Lists of ids as the tables keep them: 16 bytes each, sorted, distinct.
std::string pack_ids(std::vector<Uuid> ids);
std::vector<Uuid> unpack_ids(std::string_view packed);

struct ResourceRow {
  Uuid id;
  Kind kind = Kind::document;
  std::string name;
  std::string description;
  bool syncable = false;
  std::optional<std::string> status = {};
  std::optional<std::string> synced_from = {};
  std::optional<Uuid> origin_id = {};
  Uuid lineage_id = {};
  std::int64_t published = 0;
  std::optional<Uuid> draft_id = {};
  std::optional<std::string> refs = {};        // packed
  std::uint32_t built_ins = 0;                 // model/builtin_tools.h
  std::optional<std::string> exceptions = {};  // packed pairs
  Digest digest{};
  std::optional<std::int64_t> changed_at = {};
  bool live = true;
  Uuid created_by = {};
  TimeMs created_at = 0;
  Uuid updated_by = {};
  TimeMs updated_at = 0;
  std::optional<std::string> detached_from = {};  // what was a copy: from where, and the id there
  std::optional<Uuid> detached_origin = {};
  bool adopted = false;  // a copy, now or until it was detached, under an id that is not derived
};

// The columns in the order read_resource expects, to be put into queries: "SELECT " SYNCLINE_RESOURCE_COLUMNS " FROM".
#define SYNCLINE_RESOURCE_COLUMNS                                                                            \
  "id, kind, name, description, syncable, status, synced_from, origin_id, lineage_id, published, draft_id, " \
  "refs, exceptions, digest, changed_at, live, created_by, created_at, updated_by, updated_at, built_ins, "  \
  "detached_from, detached_origin, adopted"
ResourceRow read_resource(const db::Row& row);

Result<std::optional<ResourceRow>> find_resource(db::Connection& connection, std::string_view tenant, const Uuid& id);
db::Ask resource_question(std::string_view tenant, const Uuid& id);  // what it will ask, for Connection::fetch_ahead
Done insert_resource(db::Connection& connection, std::string_view tenant, const ResourceRow& row);
Done update_resource(db::Connection& connection, std::string_view tenant, const ResourceRow& row);  // every column
Done delete_resource(db::Connection& connection, std::string_view tenant, const Uuid& id);          // and its side rows

// Moves the tenant's revision on and gives the new one: the first statement of every change of content.
Result<std::int64_t> bump_revision(db::Connection& connection, std::string_view tenant);
// Says that the closure may be smaller from this revision on (an edge removed, a flag off, a deletion).
Done mark_shrunk(db::Connection& connection, std::string_view tenant, std::int64_t revision);

struct BodyRow {
  Uuid id;
  std::string space;
  Digest digest{};
  std::string refs;  // packed
  std::string text;
};
BodyRow read_body(const db::Row& row);  // of id, space, digest, refs, text
Done insert_body(db::Connection& connection, const BodyRow& body);
// By id only: the caller holds a row of its tenant that points at it.
Result<BodyRow> load_body(db::Connection& connection, const Uuid& id);
db::Ask body_question(const Uuid& id);  // what it will ask, for Connection::fetch_ahead

struct VersionRow {
  std::int64_t number = 0;
  Uuid body_id;
  std::string note;
  Uuid published_by;
  TimeMs published_at = 0;
};
Done insert_version(db::Connection& connection, const Uuid& lineage, const VersionRow& version);
Result<std::optional<VersionRow>> find_version(db::Connection& connection, const Uuid& lineage, std::int64_t number);
Result<std::optional<BodyRow>> find_version_body(db::Connection& connection, const Uuid& lineage, std::int64_t number);
db::Ask version_body_question(const Uuid& lineage, std::int64_t number);  // what it will ask
// The first `count` versions, in order.
Result<std::vector<VersionRow>> list_versions(db::Connection& connection, const Uuid& lineage, std::int64_t count);

}  // namespace syncline::store
