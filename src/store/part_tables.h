#pragma once
// The tables that make up a resource of a tenant, row by row and with every column, for what keeps earlier states: the
// ledger of a run, and releases. The one list of these tables: a new table of a resource's parts is a row of
// part_tables.cpp.

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "db/connection.h"

namespace syncline::store {

// Parts of up to so many resources are read for each; of more, all of the tenant's at once.
inline constexpr std::size_t kReadOneByOne = 64;

enum class ColumnType : std::uint8_t { integer, boolean, text, bytes, uuid };
enum class PointsAt : std::uint8_t { nothing, body, lineage, blob };

struct Column {
  ColumnType type = ColumnType::integer;
  PointsAt points_at = PointsAt::nothing;
};

// A row is its columns after the tenant; the first is the id of the resource it belongs to. Columns are added at the
// end only, and may be NULL: rows that were kept before have NULL there.
struct PartTable {
  std::string_view name;  // kept with the rows
  std::span<const Column> columns;
  bool synced = true;  // a sync writes it; else it is the target's own, and is kept only with what is deleted
  bool keyed = true;   // the rows of a resource are found by its id; else only those of the whole tenant are
  db::Query all;       // $1: the tenant
  db::Query of;        // $2: the resource
  db::Query write;     // $1: the tenant, then the columns
  db::Query remove;    // $2: the resource
};

// `resources` is the first.
std::span<const PartTable> part_tables();
inline constexpr std::size_t kResourcesTable = 0;
// Columns of `resources` that are looked at in kept rows.
namespace resources_column {
inline constexpr std::size_t kId = 0, kKind = 1, kName = 2, kDescription = 3, kSyncable = 4, kStatus = 5,
                             kSyncedFrom = 6, kOrigin = 7, kLineage = 8, kPublished = 9, kDraft = 10, kRefs = 11,
                             kBuiltIns = 12, kExceptions = 13, kDigest = 14, kChangedAt = 15, kLive = 16,
                             kCreatedBy = 17, kCreatedAt = 18, kUpdatedBy = 19, kUpdatedAt = 20, kAdopted = 23;
}

// A row's columns as bytes: equal bytes, equal rows.
std::string pack_row(const db::Row& row, const PartTable& table);

// Where the columns of a packed row are. What is NULL reads as empty, zero or false. Views are of the packed bytes,
// which must outlive this.
class UnpackedRow {
 public:
  UnpackedRow(std::string_view packed, const PartTable& table);
  bool is_null(std::size_t column) const { return places_[column].begin == 0; }
  std::string_view text(std::size_t column) const {
    return packed_.substr(places_[column].begin, places_[column].size);
  }
  std::string_view bytes(std::size_t column) const { return text(column); }
  std::int64_t integer(std::size_t column) const;
  bool boolean(std::size_t column) const { return !is_null(column) && text(column)[0] != 0; }
  Uuid uuid(std::size_t column) const { return is_null(column) ? Uuid{} : Uuid::from_bytes(text(column)); }
  db::Param param(std::size_t column, ColumnType type) const;

 private:
  static constexpr std::size_t kMostColumns = 32;
  struct Place {
    std::uint32_t begin;  // 0: NULL; before each value stands a byte that says that there is one
    std::uint32_t size;
  };
  std::string_view packed_;
  std::array<Place, kMostColumns> places_{};
};
UnpackedRow unpack_resource(std::string_view packed);  // a row of `resources`

struct PackedRow {
  Uuid owner;
  std::size_t table = 0;
  std::string packed;
};

enum class Extent { synced, all };  // what a sync writes, or what is the target's own as well
// The rows of these resources, which are sorted: table by table, in each by resource.
Result<std::vector<PackedRow>> read_packed_rows(db::Connection& connection, std::string_view tenant, Extent extent,
                                                const std::vector<Uuid>& owners);
// Puts rows of one table back as they were: over what is there, for `resources`; the others have been removed.
Done write_packed_rows(db::Connection& connection, std::string_view tenant, std::size_t table,
                       const std::vector<const PackedRow*>& rows);
// Those of the table that belong to these resources, which are sorted and each have a row there.
Done remove_rows(db::Connection& connection, std::string_view tenant, std::size_t table,
                 const std::vector<Uuid>& owners);
// The resource's row and its parts, but for those in tables that are not keyed by it.
Done remove_with_parts(db::Connection& connection, std::string_view tenant, const Uuid& id);

}  // namespace syncline::store
