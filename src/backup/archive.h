#pragma once
// A backup: a directory that holds one moment of a database and every blob its rows point at, for either engine.
//
//   manifest.json      written last, so that a directory without one is no backup
//   tables/NAME.rows   as backup/rows.h says
//   blobs.list         a line for each blob: id, size, SHA-256
//   blobs/             the blobs, laid out as in a blob directory
//
// The master key is not in it, and the values in it that the key seals stay sealed.

#include <string>
#include <vector>

#include "backup/rows.h"
#include "blobs/blob_store.h"
#include "db/connection.h"
#include "secrets/keyring.h"

namespace syncline::backup {

struct Manifest {
  std::string engine;                   // where it was taken
  std::vector<std::string> migrations;  // the schema's version: the names of those it has had
  std::string master_key;               // the id of the key that it needs
  std::string taken_at;
  std::vector<Proof> tables;  // in the order in which they can be loaded
  std::int64_t blobs = 0;
  std::int64_t blob_bytes = 0;
  Digest blob_list{};  // SHA-256 of blobs.list
};

// A database and its blobs.
struct Place {
  db::Database& database;
  blobs::BlobStore& blobs;
};

// Writes a backup into `folder`, which is not there or empty. Readers and writers go on meanwhile. Errors: invalid
// `not_empty`, `wrong_master_key`; internal `blob_missing` | `blob_damaged`, when a row's blob is not what the row
// says; those of database, blobs and files.
Result<Manifest> take_backup(const Place& place, const secrets::MasterKey& key, std::int64_t now_ms,
                             const std::string& folder);

// Reads all of a backup and compares it with its manifest. Errors: invalid `no_backup` | `newer_backup` |
// `damaged_backup`.
Result<Manifest> verify_backup(const std::string& folder);

// Verifies the backup, fills the empty place from it, and compares what is there then with the manifest. The schema is
// brought up to date last. Errors: invalid `not_empty`, `wrong_master_key`, `database_newer`, and those of
// verify_backup. After an error the place can be restored into once more.
Result<Manifest> restore_backup(const Place& place, const secrets::MasterKey& key, std::int64_t now_ms,
                                const std::string& folder);

// The rows of one database in another, which is empty; what was there and what is there now, table by table.
struct Moved {
  std::vector<Proof> from;
  std::vector<Proof> to;  // equal to `from`: otherwise nothing was kept
};
// Errors: invalid `not_empty`; internal `rows_differ`; conflict `schema_differs`, when `from` needs `syncline migrate`
// first; those of the databases.
Result<Moved> move_rows(db::Database& from, db::Database& to, std::int64_t now_ms);

// Every blob that the database's rows point at, from one store to another; how many bytes. Those already there are
// left as they are. Errors as for take_backup.
struct CopiedBlobs {
  std::int64_t count = 0;
  std::int64_t bytes = 0;
};
Result<CopiedBlobs> copy_blobs(db::Database& database, blobs::BlobStore& from, blobs::BlobStore& to);

}  // namespace syncline::backup
