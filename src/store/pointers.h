#pragma once
// What points at shared, immutable things: blobs, bodies, lineages. No foreign key guards these pointers and no counter
// counts them; the sweep, `syncline doctor` and `syncline backup` go by this list instead. What nothing in this list
// points at is removed. So: whoever adds a column that holds such an id, or a packed text that does, adds a line to
// pointers.cpp in the same change. A test refuses a column named *blob_id(s), *body_id(s), *draft_id(s) or
// *lineage_id(s) that is not declared there.

#include <functional>
#include <optional>
#include <span>

#include "base/bytes.h"
#include "base/uuid.h"
#include "db/connection.h"

namespace syncline::store {

enum class Pointee { blob, body, lineage };

struct Pointed {
  Uuid id;
  // Blobs: what the row says of it.
  std::optional<std::int64_t> size = {};
  std::optional<Digest> sha256 = {};
};
using PointedVisitor = std::function<void(const Pointed&)>;

struct Pointer {
  Pointee pointee;
  const char* table;
  const char* column;
  // Every row's pointer, over all tenants; a pointer that is NULL is left out.
  db::Query query;
  // What a row of the query points at: one thing, or all that a packed column holds.
  void (*read)(const db::Row& row, const PointedVisitor& visit);
};

std::span<const Pointer> pointers();
// All that is pointed at, once for each row that does.
Done each_pointed(db::Connection& connection, Pointee pointee, const PointedVisitor& visit);

}  // namespace syncline::store
