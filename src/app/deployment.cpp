#include "app/deployment.h"

#include <sys/stat.h>

#include <cerrno>

#include "access/tenant_keys.h"
#include "base/clock.h"
#include "base/files.h"
#include "blobs/directory_store.h"
#include "blobs/s3_store.h"
#include "db/migrate.h"
#include "db/postgres/database.h"
#include "db/replicated_database.h"
#include "db/sqlite/database.h"

namespace syncline::app {
namespace {

constexpr mode_t kOnlyOwner = 0700;
constexpr TimeMs kDayMs = TimeMs{24} * 3600 * 1000;

Done make_data_folder(const Options& options) {
  const std::string& data = options.text("data");
  if (data.empty()) return fail(ErrorKind::invalid, "usage", "Say where the data is: --data DIR.");
  if (mkdir(data.c_str(), kOnlyOwner) != 0 && errno != EEXIST) return storage_error("making", data);
  return done();
}

std::string blob_place(const Options& options) {
  const std::string& place = options.text("blobs");
  return place.empty() ? options.text("data") + "/blobs" : place;
}

// Beside a database elsewhere, a folder that was named wrongly shows only here.
Done require_blobs(const Options& options) {
  const std::string place = blob_place(options);
  struct stat status {};
  if (blobs::is_s3_place(place) || stat(place.c_str(), &status) == 0) return done();
  return fail(ErrorKind::not_found, "no_blobs", "There are no blobs at " + place + ".");
}

}  // namespace

Deployment::Deployment(std::unique_ptr<db::Database> database, std::unique_ptr<blobs::BlobStore> blobs,
                       secrets::MasterKey key, TimeMs ledgers_kept_ms)
    : database_(std::move(database)),
      blobs_(std::move(blobs)),
      master_key_(std::move(key)),
      services_{.database = *database_,
                .blobs = *blobs_,
                .master_key = master_key_,
                .clock = system_now_ms,
                .ledgers_kept_ms = ledgers_kept_ms} {}

Done require_database(const Options& options) {
  const std::string file = options.text("data") + "/syncline.db";
  struct stat status {};
  if (!options.text("database").empty() || options.text("data").empty() || stat(file.c_str(), &status) == 0) {
    return done();
  }
  return fail(ErrorKind::not_found, "no_database", "There is no database in " + options.text("data") + ".");
}

Result<std::unique_ptr<db::Database>> open_database(const Options& options) {
  if (options.text("database").empty()) {
    TRY(make_data_folder(options));
    return db::open_sqlite(options.text("data") + "/syncline.db");
  }
  db::PostgresOptions wanted{.address = options.text("database"),
                             .pool = options.number("database-pool"),
                             .statement_timeout_ms = options.number("database-statement-timeout-ms"),
                             .lock_timeout_ms = options.number("database-lock-timeout-ms")};
  std::unique_ptr<db::Database> primary = TRY(db::open_postgres(wanted));
  if (options.text("database-replica").empty()) return primary;
  wanted.address = options.text("database-replica");
  return db::with_replica(std::move(primary), [wanted] { return db::open_postgres(wanted); });
}

Result<std::unique_ptr<blobs::BlobStore>> open_blobs(const Options& options) {
  TRY(make_data_folder(options));
  return open_blob_place(options, blob_place(options));
}

Result<std::unique_ptr<blobs::BlobStore>> open_blob_place(const Options& options, const std::string& place) {
  if (!blobs::is_s3_place(place)) return blobs::open_directory_store(place);
  blobs::S3Place bucket = TRY(blobs::parse_s3_place(place));
  blobs::S3Credentials credentials = TRY(blobs::find_s3_credentials(options.text("blobs-credentials-file")));
  return blobs::open_s3_store(std::move(bucket), std::move(credentials), system_now_ms());
}

std::unique_ptr<db::Notifier> make_notifier(const Options& options) {
  const std::string& address = options.text("database");
  return address.empty() ? db::make_notifier() : db::make_postgres_notifier(address);
}

Result<std::unique_ptr<Deployment>> Deployment::open(const Options& options) {
  TRY(make_data_folder(options));
  return open_with(options, TRY(find_master_key(options, true)));
}

Result<std::unique_ptr<Deployment>> Deployment::open_existing(const Options& options) {
  TRY(require_database(options));
  secrets::MasterKey key = TRY(find_master_key(options, false));
  TRY(require_blobs(options));
  return open_with(options, std::move(key));
}

Result<std::unique_ptr<Deployment>> Deployment::open_with(const Options& options, secrets::MasterKey key) {
  std::unique_ptr<db::Database> database = TRY(open_database(options));
  TRY(db::migrate(*database, system_now_ms()));
  {
    const auto transaction = TRY(database->begin_write(db::deployment_alone()));
    TRY(access::check_master_key(transaction->connection(), key));
    TRY(transaction->commit());
  }
  std::unique_ptr<blobs::BlobStore> blobs = TRY(open_blobs(options));
  return std::unique_ptr<Deployment>(
      new Deployment(std::move(database), std::move(blobs), std::move(key), options.number("ledger-days") * kDayMs));
}

}  // namespace syncline::app
