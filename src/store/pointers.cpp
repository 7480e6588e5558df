#include "store/pointers.h"

#include <array>

#include "store/resources.h"

namespace syncline::store {
namespace {

void read_blob(const db::Row& row, const PointedVisitor& visit) {
  visit({.id = row.uuid(0), .size = row.integer(1), .sha256 = row.digest(2)});
}
void read_id(const db::Row& row, const PointedVisitor& visit) { visit({.id = row.uuid(0)}); }

// 16 bytes for each id.
void read_packed_ids(const db::Row& row, const PointedVisitor& visit) {
  for (const Uuid& id : unpack_ids(row.bytes(0))) visit({.id = id});
}

// The one list. A packed column names its query and a function that unpacks it.
constexpr std::array kPointers = {
    Pointer{Pointee::blob,
            "document_contents",
            "blob_id",
            {"pointers.document_contents", "SELECT blob_id, size, sha256 FROM document_contents"},
            read_blob},
    Pointer{Pointee::blob,
            "embeddings",
            "blob_id",
            {"pointers.embeddings", "SELECT blob_id, size, sha256 FROM embeddings"},
            read_blob},
    Pointer{Pointee::body,
            "resources",
            "draft_id",
            {"pointers.drafts", "SELECT draft_id FROM resources WHERE draft_id IS NOT NULL"},
            read_id},
    Pointer{Pointee::body,
            "copy_bases",
            "draft_id",
            {"pointers.base_drafts", "SELECT draft_id FROM copy_bases WHERE draft_id IS NOT NULL"},
            read_id},
    Pointer{Pointee::body, "versions", "body_id", {"pointers.versions", "SELECT body_id FROM versions"}, read_id},
    Pointer{Pointee::blob,
            "run_ledgers",
            "blob_ids",
            {"pointers.ledger_blobs", "SELECT blob_ids FROM run_ledgers"},
            read_packed_ids},
    Pointer{Pointee::body,
            "run_ledgers",
            "body_ids",
            {"pointers.ledger_bodies", "SELECT body_ids FROM run_ledgers"},
            read_packed_ids},
    Pointer{Pointee::lineage,
            "run_ledgers",
            "lineage_ids",
            {"pointers.ledger_lineages", "SELECT lineage_ids FROM run_ledgers"},
            read_packed_ids},
    Pointer{Pointee::blob,
            "releases",
            "blob_ids",
            {"pointers.release_blobs", "SELECT blob_ids FROM releases"},
            read_packed_ids},
    Pointer{Pointee::body,
            "releases",
            "body_ids",
            {"pointers.release_bodies", "SELECT body_ids FROM releases"},
            read_packed_ids},
    Pointer{Pointee::lineage,
            "releases",
            "lineage_ids",
            {"pointers.release_lineages", "SELECT lineage_ids FROM releases"},
            read_packed_ids},
    Pointer{Pointee::lineage,
            "resources",
            "lineage_id",
            {"pointers.lineages", "SELECT lineage_id FROM resources"},
            read_id},
    Pointer{Pointee::lineage,
            "copy_bases",
            "lineage_id",
            {"pointers.base_lineages", "SELECT lineage_id FROM copy_bases"},
            read_id},
};

}  // namespace

std::span<const Pointer> pointers() { return kPointers; }

Done each_pointed(db::Connection& connection, Pointee pointee, const PointedVisitor& visit) {
  for (const Pointer& pointer : kPointers) {
    if (pointer.pointee != pointee) continue;
    TRY(connection.each(pointer.query, {}, [&](const db::Row& row) { pointer.read(row, visit); }));
  }
  return done();
}

}  // namespace syncline::store
