#pragma once
// An opened data directory: database, blobs and master key, ready to work.

#include <memory>

#include "access/services.h"
#include "app/options.h"
#include "db/notifier.h"

namespace syncline::app {

class Deployment {
 public:
  // Makes what is missing and brings the schema up to date. Errors: invalid `usage` | `wrong_master_key` |
  // `database_newer` and those of the key; those of database and blobs.
  static Result<std::unique_ptr<Deployment>> open(const Options& options);
  // Makes no folder, no database and no key. Errors too: not_found `no_database` | `no_blobs`.
  static Result<std::unique_ptr<Deployment>> open_existing(const Options& options);

  Services& services() { return services_; }

 private:
  static Result<std::unique_ptr<Deployment>> open_with(const Options& options, secrets::MasterKey key);
  Deployment(std::unique_ptr<db::Database> database, std::unique_ptr<blobs::BlobStore> blobs, secrets::MasterKey key,
             TimeMs ledgers_kept_ms);

  std::unique_ptr<db::Database> database_;
  std::unique_ptr<blobs::BlobStore> blobs_;
  secrets::MasterKey master_key_;
  Services services_;
};

// The words between the servers of that database.
std::unique_ptr<db::Notifier> make_notifier(const Options& options);

// For commands that look at what is there: none may begin with an empty database in a folder that was named wrongly.
// Error: not_found `no_database`.
Done require_database(const Options& options);
// Opens the database of the data directory, and nothing else.
Result<std::unique_ptr<db::Database>> open_database(const Options& options);
// Opens the place of its blobs, and nothing else.
Result<std::unique_ptr<blobs::BlobStore>> open_blobs(const Options& options);
// A directory, or s3://… with the credentials that the options or the environment name.
Result<std::unique_ptr<blobs::BlobStore>> open_blob_place(const Options& options, const std::string& place);

}  // namespace syncline::app
