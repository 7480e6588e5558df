// The commands that take data from one place to another: backup, restore, migrate-data.
#include <sys/stat.h>

#include <cerrno>
#include <cstdio>
#include <iostream>

#include "app/commands.h"
#include "app/deployment.h"
#include "app/report.h"
#include "backup/archive.h"
#include "base/clock.h"
#include "base/files.h"
#include "db/postgres/database.h"
#include "db/sqlite/database.h"

namespace syncline::app {
namespace {

constexpr std::size_t kShownDigits = 16;

Fail usage(std::string message) { return fail(ErrorKind::invalid, "usage", std::move(message)); }

std::string line_of(const backup::Proof& proof) {
  char line[160];
  std::snprintf(line, sizeof(line), "%-32s %10lld  %s", proof.table.c_str(), static_cast<long long>(proof.rows),
                to_hex(proof.sha256).substr(0, kShownDigits).c_str());
  return line;
}

void print_manifest(const backup::Manifest& manifest) {
  std::printf("%-32s %10s  %s\n", "table", "rows", "sha256");
  for (const backup::Proof& table : manifest.tables) std::cout << line_of(table) << "\n";
  std::cout << "blobs: " << manifest.blobs << ", " << manifest.blob_bytes
            << " bytes\nschema: " << manifest.migrations.back() << "\nmaster key: " << manifest.master_key << "\n";
}

Done run_backup(const Arguments& arguments) {
  const Options options = TRY(parse_options(arguments));
  const std::string& folder = options.text("to");
  if (folder.empty()) return usage("usage: syncline backup --data DIR --to FOLDER");
  TRY(require_database(options));
  const secrets::MasterKey key = TRY(find_master_key(options, false));
  const std::unique_ptr<db::Database> database = TRY(open_database(options));
  const std::unique_ptr<blobs::BlobStore> blobs = TRY(open_blobs(options));
  const backup::Manifest manifest =
      TRY(backup::take_backup({.database = *database, .blobs = *blobs}, key, system_now_ms(), folder));
  print_manifest(manifest);
  return done();
}

Done run_restore(const Arguments& arguments) {
  const Options options = TRY(parse_options(arguments));
  const std::string& folder = options.text("from");
  if (folder.empty()) return usage("usage: syncline restore --from FOLDER [--data DIR | --verify]");
  if (!options.words.empty() && options.words.front() == "--verify") {
    const backup::Manifest manifest = TRY(backup::verify_backup(folder));
    print_manifest(manifest);
    std::cout << "the backup is whole\n";
    return done();
  }
  const std::unique_ptr<db::Database> database = TRY(open_database(options));
  const std::unique_ptr<blobs::BlobStore> blobs = TRY(open_blobs(options));
  const secrets::MasterKey key = TRY(find_master_key(options, false));
  const backup::Manifest manifest =
      TRY(backup::restore_backup({.database = *database, .blobs = *blobs}, key, system_now_ms(), folder));
  print_manifest(manifest);
  std::cout << "restored\n";
  return done();
}

bool is_address(const std::string& place) {
  return place.starts_with("postgres://") || place.starts_with("postgresql://");
}

Result<std::unique_ptr<db::Database>> open_place(const std::string& place) {
  return is_address(place) ? db::open_postgres({.address = place}) : db::open_sqlite(place + "/syncline.db");
}

std::string blobs_of(const std::string& place, const std::string& blobs) {
  return blobs.empty() && !is_address(place) ? place + "/blobs" : blobs;
}

Done move_blobs(const Options& options, db::Database& database) {
  const std::string from = blobs_of(options.text("from"), options.text("from-blobs"));
  const std::string to = blobs_of(options.text("to"), options.text("to-blobs"));
  if (from.empty() || to.empty()) {
    std::cout << "blobs: not moved; give --from-blobs and --to-blobs, or start the server on the ones there are\n";
    return done();
  }
  const std::unique_ptr<blobs::BlobStore> old_blobs = TRY(open_blob_place(options, from));
  const std::unique_ptr<blobs::BlobStore> new_blobs = TRY(open_blob_place(options, to));
  const backup::CopiedBlobs copied = TRY(backup::copy_blobs(database, *old_blobs, *new_blobs));
  std::cout << "blobs: " << copied.count << " copied, " << copied.bytes << " bytes\n";
  return done();
}

Done run_migrate_data(const Arguments& arguments) {
  const Options options = TRY(parse_options(arguments));
  const std::string& from = options.text("from");
  const std::string& to = options.text("to");
  if (from.empty() || to.empty()) return usage("usage: syncline migrate-data --from PLACE --to PLACE");
  const std::unique_ptr<db::Database> old_database = TRY(open_place(from));
  if (!is_address(to) && ::mkdir(to.c_str(), S_IRWXU) != 0 && errno != EEXIST) return storage_error("making", to);
  TRY(move_blobs(options, *old_database));
  const std::unique_ptr<db::Database> new_database = TRY(open_place(to));
  const backup::Moved moved = TRY(backup::move_rows(*old_database, *new_database, system_now_ms()));
  std::printf("%-32s %10s  %-16s  %10s  %s\n", "table", "rows", "sha256", "rows there", "sha256 there");
  for (std::size_t i = 0; i < moved.from.size(); ++i) {
    const std::string there = line_of(moved.to[i]).substr(33);
    std::cout << line_of(moved.from[i]) << "  " << there << "\n";
  }
  return done();
}

}  // namespace

int backup(const Arguments& arguments) { return exit_code_of(run_backup(arguments)); }
int restore(const Arguments& arguments) { return exit_code_of(run_restore(arguments)); }
int migrate_data(const Arguments& arguments) { return exit_code_of(run_migrate_data(arguments)); }

}  // namespace syncline::app
