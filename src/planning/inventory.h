#pragma once
// What a plan is made of: rows of metadata by their ids. Texts are views into what the reader of the rows keeps.

#include <array>
#include <bitset>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "base/uuid.h"
#include "model/kinds.h"

namespace syncline::planning {

using Index = std::uint32_t;  // of a row in an inventory
inline constexpr Index kNone = ~Index{0};

using Kinds = std::bitset<kKinds.size()>;
inline bool has(const Kinds& kinds, Kind kind) { return kinds[static_cast<std::size_t>(kind)]; }

// A resource of the source.
struct Resource {
  Uuid id;
  Kind kind = Kind::document;
  bool syncable = false;
  std::string_view name = {};
  std::string_view synced_from = {};  // "" for its own
  Uuid origin = {};
  Digest digest = {};
  std::string_view refs = {};  // packed ids
  bool is_copy() const { return !synced_from.empty(); }
};

// What the target has.
struct TargetRow {
  Uuid id;
  Kind kind = Kind::document;
  std::string_view synced_from = {};
  Uuid origin = {};  // also of what was a copy until it was detached
  Digest digest = {};
  std::string_view exceptions = {};
  bool edited = false;
  bool live = false;
  std::int64_t changed_at = 0;  // the target's revision at the last edit there; 0 for copies as they were synced
  bool overridden = false;
  std::string_view detached_from = {};  // "" for what never was a copy, or is one
  bool adopted = false;                 // a copy, now or until it was detached, under an id that is not derived

  // A copy of that resource, or what was one until it was detached.
  bool came_from(std::string_view source) const { return synced_from == source || detached_from == source; }
};

inline std::size_t count_ids(std::string_view packed) { return packed.size() / 16; }
inline Uuid id_at(std::string_view packed, std::size_t position) {
  Uuid id;
  std::memcpy(id.bytes.data(), packed.data() + position * 16, 16);
  return id;
}

// Ids to numbers, in one block of memory: a first sync of 100,000 resources asks it a million times.
class IdIndex {
 public:
  void reserve(std::size_t count);
  void insert(const Uuid& id, Index value);  // the id is new
  Index find(const Uuid& id) const;          // kNone when there is none

 private:
  struct Slot {
    Uuid id;
    Index value = kNone;
  };
  std::size_t start(const Uuid& id) const { return (UuidHash{}(id)*0xD6E8FEB86659FD93ULL) >> shift_; }
  void grow(unsigned bits);

  std::vector<Slot> slots_;
  std::size_t used_ = 0;
  unsigned shift_ = 64;
};

template <typename Row>
class Inventory {
 public:
  void reserve(std::size_t count) {
    rows_.reserve(count);
    index_.reserve(count);
  }
  Index add(Row row) {
    const auto position = static_cast<Index>(rows_.size());
    index_.insert(row.id, position);
    rows_.push_back(std::move(row));
    return position;
  }
  Index find(const Uuid& id) const { return index_.find(id); }
  const Row& operator[](Index position) const { return rows_[position]; }
  Index size() const { return static_cast<Index>(rows_.size()); }
  const std::vector<Row>& rows() const { return rows_; }

 private:
  std::vector<Row> rows_;
  IdIndex index_;
};

using Source = Inventory<Resource>;
using Target = Inventory<TargetRow>;

}  // namespace syncline::planning
