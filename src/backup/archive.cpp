#include "backup/archive.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <map>
#include <optional>
#include <sstream>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "access/tenant_keys.h"
#include "backup/catalogue.h"
#include "base/clock.h"
#include "base/files.h"
#include "base/json.h"
#include "blobs/directory_store.h"
#include "db/migrate.h"
#include "store/pointers.h"

namespace syncline::backup {
namespace {

constexpr std::int64_t kFormat = 1;
constexpr mode_t kOnlyOwner = 0700;
constexpr std::size_t kPiece = 1024 * 1024;

std::string manifest_path(const std::string& folder) { return folder + "/manifest.json"; }
std::string rows_path(const std::string& folder, const std::string& table) {
  return folder + "/tables/" + table + ".rows";
}
std::string list_path(const std::string& folder) { return folder + "/blobs.list"; }
std::string blobs_path(const std::string& folder) { return folder + "/blobs"; }

Fail damaged(std::string message, std::string context = {}) {
  return fail(ErrorKind::invalid, "damaged_backup", std::move(message), std::move(context));
}

Done make_folder(const std::string& folder) {
  if (::mkdir(folder.c_str(), kOnlyOwner) == 0 || errno == EEXIST) return done();
  return storage_error("making", folder);
}

// A new file that is on the disk once `finish` has returned.
class LastingFile {
 public:
  static Result<LastingFile> make(std::string path) {
    FileDescriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR));
    if (!file.is_open() && errno == EEXIST) {
      return fail(ErrorKind::invalid, "not_empty", "There is a file in the backup's place already.", path);
    }
    if (!file.is_open()) return storage_error("making", path);
    return LastingFile(std::move(path), std::move(file));
  }
  Done write(std::string_view bytes) { return write_all(file_, bytes, path_); }
  Done finish() {
    if (::fdatasync(file_.number()) != 0) return storage_error("syncing", path_);
    return done();
  }

 private:
  LastingFile(std::string path, FileDescriptor file) : path_(std::move(path)), file_(std::move(file)) {}
  std::string path_;
  FileDescriptor file_;
};

// Blobs, each once.
using BlobMap = std::map<Uuid, store::Pointed>;

Result<BlobMap> list_blobs(db::Connection& connection) {
  BlobMap blobs;
  TRY(store::each_pointed(connection, store::Pointee::blob, [&](const store::Pointed& pointed) {
    store::Pointed& known = blobs[pointed.id];
    if (!known.sha256) known = pointed;
  }));
  return blobs;
}

Fail blob_damaged(const Uuid& id) {
  return fail(ErrorKind::internal, "blob_damaged", "A stored content is not what its row says.", "blob " + id.text());
}

Done check_blob(const store::Pointed& wanted, const blobs::Stored& found) {
  const bool size_fits = !wanted.size || static_cast<std::uint64_t>(*wanted.size) == found.size;
  const bool digest_fits = !wanted.sha256 || *wanted.sha256 == found.sha256;
  return size_fits && digest_fits ? done() : Done(blob_damaged(found.id));
}

// Reads a whole blob in pieces; gives what it is.
Result<blobs::Stored> read_blob(blobs::BlobStore& store, const Uuid& id, const ByteSink& sink) {
  const std::unique_ptr<blobs::Reader> reader = TRY(store.open(id));
  blobs::Stored stored{.id = id};
  Sha256Stream digest;
  std::string piece(kPiece, '\0');
  for (;;) {
    const std::size_t count = TRY(reader->read_at(stored.size, piece.data(), piece.size()));
    if (count == 0) break;
    const std::string_view bytes = std::string_view(piece).substr(0, count);
    digest.update(bytes);
    stored.size += count;
    TRY(sink(bytes));
  }
  stored.sha256 = digest.finish();
  return stored;
}

Result<blobs::Stored> copy_blob(blobs::BlobStore& from, blobs::BlobStore& to, const store::Pointed& wanted) {
  const std::unique_ptr<blobs::Upload> upload = TRY(to.begin(wanted.id));
  const blobs::Stored read = TRY(read_blob(from, wanted.id, [&](std::string_view b) { return upload->write(b); }));
  TRY(check_blob(wanted, read));
  return upload->finish();
}

// A line of blobs.list.
std::string blob_line(const blobs::Stored& blob) {
  return blob.id.text() + " " + std::to_string(blob.size) + " " + to_hex(blob.sha256) + "\n";
}

std::optional<store::Pointed> read_blob_line(std::string_view line) {
  std::istringstream words{std::string(line)};
  std::string id_text;
  std::int64_t size = 0;
  std::string digest_text;
  words >> id_text >> size >> digest_text;
  const std::optional<Uuid> id = parse_uuid(id_text);
  const auto bytes = from_hex(digest_text);
  if (words.fail() || !id || size < 0 || !bytes.ok() || bytes.value().size() != Digest{}.size()) return std::nullopt;
  store::Pointed blob{.id = *id, .size = size, .sha256 = Digest{}};
  std::copy(bytes.value().begin(), bytes.value().end(), blob.sha256->begin());
  return blob;
}

Result<std::vector<store::Pointed>> read_blob_list(const std::string& folder, const Manifest& manifest) {
  std::string text;
  TRY(read_file(list_path(folder), [&](std::string_view bytes) {
    text += bytes;
    return done();
  }));
  if (sha256(text) != manifest.blob_list) return damaged("The list of blobs is not the manifest's.");
  std::vector<store::Pointed> blobs;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    const std::optional<store::Pointed> blob = read_blob_line(line);
    if (!blob) return damaged("The list of blobs cannot be read.", line);
    blobs.push_back(*blob);
  }
  return blobs;
}

json::Value manifest_json(const Manifest& manifest) {
  json::Array migrations;
  for (const std::string& name : manifest.migrations) migrations.emplace_back(name);
  json::Array tables;
  for (const Proof& table : manifest.tables) {
    tables.emplace_back(json::Object{{"name", table.table}, {"rows", table.rows}, {"sha256", to_hex(table.sha256)}});
  }
  return json::Object{{"format", kFormat},
                      {"engine", manifest.engine},
                      {"migrations", std::move(migrations)},
                      {"masterKey", manifest.master_key},
                      {"takenAt", manifest.taken_at},
                      {"tables", std::move(tables)},
                      {"blobs", json::Object{{"count", manifest.blobs},
                                             {"bytes", manifest.blob_bytes},
                                             {"sha256", to_hex(manifest.blob_list)}}}};
}

Result<Digest> digest_at(const json::Value& value) {
  const auto bytes = from_hex(value.text_at("sha256"));
  if (!bytes.ok() || bytes.value().size() != Digest{}.size()) return damaged("The manifest cannot be read.");
  Digest digest{};
  std::copy(bytes.value().begin(), bytes.value().end(), digest.begin());
  return digest;
}

Result<std::int64_t> integer_at(const json::Value& value, std::string_view name) {
  const json::Value* member = value.at(name);
  if (member == nullptr || member->integer() == nullptr) return damaged("The manifest cannot be read.");
  return *member->integer();
}

// A table's name becomes the name of a file.
bool is_table_name(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  });
}

Result<Manifest> read_manifest(const std::string& folder) {
  std::string text;
  const Done read = read_file(manifest_path(folder), [&](std::string_view bytes) {
    text += bytes;
    return done();
  });
  if (!read.ok()) {
    return fail(ErrorKind::invalid, "no_backup", "This is no backup: it has no manifest.json.", read.error().context);
  }
  const auto parsed = json::parse(text);
  if (!parsed.ok()) return damaged("The manifest cannot be read.", parsed.error().message);
  const json::Value& value = parsed.value();
  const std::int64_t format = TRY(integer_at(value, "format"));
  if (format != kFormat) {
    return fail(ErrorKind::invalid, "newer_backup", "A newer version of this program made the backup. Use that one.");
  }
  const json::Value* migrations = value.at("migrations");
  const json::Value* tables = value.at("tables");
  const json::Value* blobs = value.at("blobs");
  if (migrations == nullptr || migrations->array() == nullptr || migrations->array()->empty() || tables == nullptr ||
      tables->array() == nullptr || blobs == nullptr) {
    return damaged("The manifest cannot be read.");
  }
  Manifest manifest{.engine = value.text_at("engine"),
                    .migrations = {},
                    .master_key = value.text_at("masterKey"),
                    .taken_at = value.text_at("takenAt"),
                    .tables = {}};
  for (const json::Value& name : *migrations->array()) {
    if (name.string() == nullptr) return damaged("The manifest cannot be read.");
    manifest.migrations.push_back(*name.string());
  }
  for (const json::Value& table : *tables->array()) {
    Proof proof{.table = table.text_at("name")};
    if (!is_table_name(proof.table)) return damaged("The manifest cannot be read.");
    proof.rows = TRY(integer_at(table, "rows"));
    proof.sha256 = TRY(digest_at(table));
    manifest.tables.push_back(std::move(proof));
  }
  manifest.blobs = TRY(integer_at(*blobs, "count"));
  manifest.blob_bytes = TRY(integer_at(*blobs, "bytes"));
  manifest.blob_list = TRY(digest_at(*blobs));
  return manifest;
}

// Whether the schema is the one this program knows: its list of pointers is of that schema.
Done check_schema(db::Connection& connection) {
  const std::vector<std::string> applied = TRY(db::applied_migrations(connection));
  if (applied == db::known_migrations()) return done();
  return fail(ErrorKind::conflict, "schema_differs",
              "The database has not had all migrations of this program. Run: syncline migrate");
}

// A database without a row; one that has not even tables is empty too.
Done check_empty_database(db::Database& database) {
  const auto transaction = TRY(database.begin_read(db::deployment()));
  db::Connection& connection = transaction->connection();
  const std::vector<Table> tables = TRY(read_catalogue(connection, database.engine()));
  for (const Table& table : tables) {
    const auto any = TRY(connection.one(any_row_query(table), {}, [](const db::Row&) { return true; }));
    if (!any) continue;
    return fail(ErrorKind::invalid, "not_empty", "The database holds rows already. Give an empty one.", table.name);
  }
  return done();
}

// Of an empty database that has just been given its schema: rows that migrations made, which come with the rest.
Done remove_first_rows(db::Connection& connection, const std::vector<Table>& tables) {
  for (auto table = tables.rbegin(); table != tables.rend(); ++table) {
    TRY(connection.execute(empty_query(*table), {}));
  }
  return done();
}

Result<Proof> save_table(db::Connection& connection, const Table& table, const std::string& folder) {
  LastingFile file = TRY(LastingFile::make(rows_path(folder, table.name)));
  Proof proof = TRY(read_rows(connection, table, [&](std::string_view bytes) { return file.write(bytes); }));
  TRY(file.finish());
  return proof;
}

struct Moment {
  Manifest manifest;
  BlobMap blobs;
};

// All that is read in the one transaction.
Result<Moment> save_moment(db::Database& database, const secrets::MasterKey& key, const std::string& folder) {
  const auto transaction = TRY(database.begin_read(db::deployment()));
  db::Connection& connection = transaction->connection();
  TRY(check_schema(connection));
  TRY(access::check_master_key(connection, key));
  Moment moment;
  moment.manifest.engine = std::string(database.engine());
  moment.manifest.migrations = TRY(db::applied_migrations(connection));
  moment.manifest.master_key = key.id();
  const std::vector<Table> tables = TRY(read_catalogue(connection, database.engine()));
  for (const Table& table : tables) moment.manifest.tables.push_back(TRY(save_table(connection, table, folder)));
  moment.blobs = TRY(list_blobs(connection));
  return moment;
}

Done save_blobs(blobs::BlobStore& from, const BlobMap& blobs, const std::string& folder, Manifest& manifest) {
  const std::unique_ptr<blobs::BlobStore> to = TRY(blobs::open_directory_store(blobs_path(folder)));
  LastingFile list = TRY(LastingFile::make(list_path(folder)));
  Sha256Stream digest;
  for (const auto& [id, wanted] : blobs) {
    const blobs::Stored stored = TRY(copy_blob(from, *to, wanted));
    const std::string line = blob_line(stored);
    digest.update(line);
    TRY(list.write(line));
    ++manifest.blobs;
    manifest.blob_bytes += static_cast<std::int64_t>(stored.size);
  }
  manifest.blob_list = digest.finish();
  return list.finish();
}

Done verify_table(const std::string& folder, const Proof& wanted) {
  Sha256Stream digest;
  TRY(read_file(rows_path(folder, wanted.table), [&](std::string_view bytes) {
    digest.update(bytes);
    return done();
  }));
  if (digest.finish() == wanted.sha256) return done();
  return damaged("The rows of the table " + wanted.table + " are not those of the manifest.");
}

Done verify_blobs(const std::string& folder, const Manifest& manifest) {
  const std::vector<store::Pointed> blobs = TRY(read_blob_list(folder, manifest));
  const std::unique_ptr<blobs::BlobStore> store = TRY(blobs::open_directory_store(blobs_path(folder)));
  std::int64_t bytes = 0;
  for (const store::Pointed& wanted : blobs) {
    const auto stored = read_blob(*store, wanted.id, [](std::string_view) { return done(); });
    if (!stored.ok() || !check_blob(wanted, stored.value()).ok()) {
      return damaged("A blob of the backup is missing or damaged.", wanted.id.text());
    }
    bytes += *wanted.size;
  }
  if (static_cast<std::int64_t>(blobs.size()) == manifest.blobs && bytes == manifest.blob_bytes) return done();
  return damaged("The list of blobs is not the manifest's.");
}

// What a table's rows are after they were written must be what they were before.
Done compare(const std::vector<Proof>& wanted, const std::vector<Proof>& found) {
  if (wanted == found) return done();
  std::string names;
  for (const Proof& proof : wanted) {
    if (std::find(found.begin(), found.end(), proof) == found.end()) names += " " + proof.table;
  }
  return fail(ErrorKind::internal, "rows_differ", "The rows that were written are not those that were read.", names);
}

Result<std::vector<Proof>> prove_all(db::Connection& connection, const std::vector<Table>& tables) {
  std::vector<Proof> proofs;
  for (const Table& table : tables) proofs.push_back(TRY(prove_rows(connection, table)));
  return proofs;
}

Done load_table(db::Connection& connection, const Table& table, const std::string& folder) {
  RowWriter writer(connection, table);
  TRY(read_file(rows_path(folder, table.name), [&](std::string_view bytes) { return writer.take(bytes); }));
  TRY(writer.finish());
  return done();
}

// One transaction: all of the rows, proved, or none.
Done load_rows(db::Database& database, const secrets::MasterKey& key, const Manifest& manifest,
               const std::string& folder) {
  const auto transaction = TRY(database.begin_write(db::deployment_alone()));
  db::Connection& connection = transaction->connection();
  const std::vector<Table> tables = TRY(read_catalogue(connection, database.engine()));
  std::vector<std::string> names;
  for (const Table& table : tables) names.push_back(table.name);
  for (const Proof& table : manifest.tables) {
    if (std::find(names.begin(), names.end(), table.table) == names.end()) {
      return damaged("The backup has a table that its schema has not.", table.table);
    }
  }
  TRY(defer_references(connection, database.engine(), tables));
  TRY(remove_first_rows(connection, tables));
  for (const Table& table : tables) TRY(load_table(connection, table, folder));
  TRY(check_references(connection, database.engine(), tables));
  const std::vector<Proof> found = TRY(prove_all(connection, tables));
  TRY(compare(manifest.tables, found));
  TRY(access::check_master_key(connection, key));
  return transaction->commit();
}

Done load_blobs(blobs::BlobStore& to, const Manifest& manifest, const std::string& folder) {
  const std::vector<store::Pointed> blobs = TRY(read_blob_list(folder, manifest));
  const std::unique_ptr<blobs::BlobStore> from = TRY(blobs::open_directory_store(blobs_path(folder)));
  const std::vector<Uuid> there = TRY(to.list());
  for (const store::Pointed& blob : blobs) {
    // A restore that was cut off left some: whole, since a blob that can be seen is.
    if (std::binary_search(there.begin(), there.end(), blob.id)) continue;
    TRY(copy_blob(*from, to, blob));
  }
  return done();
}

Done check_known(const Manifest& manifest) {
  const std::vector<std::string> known = db::known_migrations();
  for (const std::string& name : manifest.migrations) {
    if (std::find(known.begin(), known.end(), name) == known.end()) {
      return fail(ErrorKind::invalid, "database_newer",
                  "A newer version of this program has worked on the backup's database. Use that version.", name);
    }
  }
  return done();
}

// The blobs of another deployment would be lost among these.
Done check_empty_blobs(blobs::BlobStore& store, const Manifest& manifest, const std::string& folder) {
  const std::vector<store::Pointed> ours = TRY(read_blob_list(folder, manifest));
  const std::vector<Uuid> there = TRY(store.list());
  for (const Uuid& id : there) {
    const bool is_ours =
        std::any_of(ours.begin(), ours.end(), [&](const store::Pointed& blob) { return blob.id == id; });
    if (is_ours) continue;
    return fail(ErrorKind::invalid, "not_empty", "The place for blobs holds others already. Give an empty one.");
  }
  return done();
}

}  // namespace

Result<Manifest> take_backup(const Place& place, const secrets::MasterKey& key, std::int64_t now_ms,
                             const std::string& folder) {
  TRY(make_folder(folder));
  TRY(make_folder(folder + "/tables"));
  Moment moment = TRY(save_moment(place.database, key, folder));
  Manifest& manifest = moment.manifest;
  manifest.taken_at = format_time(now_ms);
  TRY(save_blobs(place.blobs, moment.blobs, folder, manifest));
  TRY(sync_folder(folder + "/tables"));
  LastingFile file = TRY(LastingFile::make(manifest_path(folder)));
  TRY(file.write(json::write(manifest_json(manifest)) + "\n"));
  TRY(file.finish());
  TRY(sync_folder(folder));
  return std::move(manifest);
}

Result<Manifest> verify_backup(const std::string& folder) {
  Manifest manifest = TRY(read_manifest(folder));
  for (const Proof& table : manifest.tables) TRY(verify_table(folder, table));
  TRY(verify_blobs(folder, manifest));
  return manifest;
}

Result<Manifest> restore_backup(const Place& place, const secrets::MasterKey& key, std::int64_t now_ms,
                                const std::string& folder) {
  Manifest manifest = TRY(verify_backup(folder));
  TRY(check_known(manifest));
  if (manifest.master_key != key.id()) {
    return fail(ErrorKind::invalid, "wrong_master_key",
                "The backup needs the master key " + manifest.master_key + "; this one is " + key.id() + ".");
  }
  TRY(check_empty_database(place.database));
  TRY(check_empty_blobs(place.blobs, manifest, folder));
  TRY(load_blobs(place.blobs, manifest, folder));
  TRY(db::migrate_up_to(place.database, now_ms, manifest.migrations.back()));
  TRY(load_rows(place.database, key, manifest, folder));
  TRY(db::migrate(place.database, now_ms));
  return manifest;
}

Result<Moved> move_rows(db::Database& from, db::Database& to, std::int64_t now_ms) {
  TRY(check_empty_database(to));
  TRY(db::migrate(to, now_ms));
  const auto reading = TRY(from.begin_read(db::deployment()));
  TRY(check_schema(reading->connection()));
  const auto writing = TRY(to.begin_write(db::deployment_alone()));
  db::Connection& target = writing->connection();
  const std::vector<Table> tables = TRY(read_catalogue(target, to.engine()));
  TRY(defer_references(target, to.engine(), tables));
  TRY(remove_first_rows(target, tables));
  Moved moved;
  for (const Table& table : tables) {
    RowWriter writer(target, table);
    moved.from.push_back(
        TRY(read_rows(reading->connection(), table, [&](std::string_view bytes) { return writer.take(bytes); })));
    TRY(writer.finish());
  }
  TRY(check_references(target, to.engine(), tables));
  moved.to = TRY(prove_all(target, tables));
  TRY(compare(moved.from, moved.to));
  TRY(writing->commit());
  return moved;
}

Result<CopiedBlobs> copy_blobs(db::Database& database, blobs::BlobStore& from, blobs::BlobStore& to) {
  BlobMap blobs;
  {
    const auto transaction = TRY(database.begin_read(db::deployment()));
    blobs = TRY(list_blobs(transaction->connection()));
  }
  const std::vector<Uuid> there = TRY(to.list());
  CopiedBlobs copied;
  for (const auto& [id, wanted] : blobs) {
    if (std::binary_search(there.begin(), there.end(), id)) continue;
    const blobs::Stored stored = TRY(copy_blob(from, to, wanted));
    ++copied.count;
    copied.bytes += static_cast<std::int64_t>(stored.size);
  }
  return copied;
}

}  // namespace syncline::backup
