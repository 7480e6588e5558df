#include "setup.h"

#include <random>

#include "access/tenant_keys.h"
#include "base/bytes.h"
#include "blobs/directory_store.h"
#include "db/migrate.h"
#include "db/postgres/database.h"
#include "db/sqlite/database.h"
#include "store/edges.h"
#include "store/people.h"
#include "store/resources.h"

namespace syncline::bench {
namespace {

constexpr std::int64_t kVersions = 5;
constexpr std::size_t kBodySize = 8 * 1024;
constexpr std::size_t kRefs = 3;
constexpr std::int64_t kBatch = 2000;
constexpr std::int64_t kLongestCopyMs = 30 * 60 * 1000;

// The same rows with other keys, in the same order: the first byte of an id is of the time, and no id of ours has this.
struct CopyQueries {
  db::Query bodies;
  db::Query versions;
  db::Query resources;
  db::Query drop_bodies;
  db::Query drop_versions;
  db::Query drop_resources;
  db::Query settle;
};

#define SYNCLINE_COPY_BODIES(KEY) \
  "INSERT INTO bodies (id, space, digest, refs, text) SELECT " KEY("id") ", 'baseline', digest, refs, text " \
  "FROM bodies WHERE space = 'source'"
#define SYNCLINE_COPY_VERSIONS(KEY, FIRST) \
  "INSERT INTO versions (lineage_id, number, body_id, note, published_by, published_at) SELECT " KEY("lineage_id") \
  ", number, " KEY("body_id") ", note, published_by, published_at FROM versions WHERE lineage_id < " FIRST
#define SYNCLINE_COPY_RESOURCES(KEY) \
  "INSERT INTO resources (tenant_id, id, kind, name, description, syncable, status, synced_from, origin_id, " \
  "lineage_id, published, draft_id, refs, built_ins, exceptions, digest, changed_at, live, created_by, created_at, " \
  "updated_by, updated_at) SELECT 'baseline', " KEY("id") ", kind, name, description, syncable, status, 'source', " \
  "id, " KEY("lineage_id") ", published, draft_id, NULL, built_ins, exceptions, digest, NULL, live, created_by, " \
  "created_at, updated_by, updated_at FROM resources WHERE tenant_id = 'source'"
#define SYNCLINE_SQLITE_KEY(COLUMN) "CAST(x'F1' || substr(" COLUMN ", 2) AS BLOB)"
#define SYNCLINE_POSTGRES_KEY(COLUMN) "('f1' || substr(" COLUMN "::text, 3))::uuid"
#define SYNCLINE_POSTGRES_FIRST "'f1000000-0000-0000-0000-000000000000'"

constexpr db::Query kDropBodies{"bench.drop_bodies", "DELETE FROM bodies WHERE space = 'baseline'"};
constexpr db::Query kDropResources{"bench.drop_resources", "DELETE FROM resources WHERE tenant_id = 'baseline'"};

constexpr CopyQueries kSqlite{
    .bodies = {"bench.bodies", SYNCLINE_COPY_BODIES(SYNCLINE_SQLITE_KEY)},
    .versions = {"bench.versions", SYNCLINE_COPY_VERSIONS(SYNCLINE_SQLITE_KEY, "x'F1'")},
    .resources = {"bench.resources", SYNCLINE_COPY_RESOURCES(SYNCLINE_SQLITE_KEY)},
    .drop_bodies = kDropBodies,
    .drop_versions = {"bench.drop_versions", "DELETE FROM versions WHERE lineage_id >= x'F1'"},
    .drop_resources = kDropResources,
    .settle = {"bench.settle", "PRAGMA wal_checkpoint(TRUNCATE)"}};

constexpr CopyQueries kPostgres{
    .bodies = {"bench.bodies", SYNCLINE_COPY_BODIES(SYNCLINE_POSTGRES_KEY)},
    .versions = {"bench.versions", SYNCLINE_COPY_VERSIONS(SYNCLINE_POSTGRES_KEY, SYNCLINE_POSTGRES_FIRST)},
    .resources = {"bench.resources", SYNCLINE_COPY_RESOURCES(SYNCLINE_POSTGRES_KEY)},
    .drop_bodies = kDropBodies,
    .drop_versions = {"bench.drop_versions", "DELETE FROM versions WHERE lineage_id >= " SYNCLINE_POSTGRES_FIRST},
    .drop_resources = kDropResources,
    .settle = {"bench.settle", "ANALYZE"}};

const CopyQueries& queries_of(const db::Database& database) {
  return database.engine() == "sqlite" ? kSqlite : kPostgres;
}

Uuid make_id() { return make_uuid7(system_now_ms()); }

std::string make_body(std::mt19937_64& random, std::int64_t number, const std::vector<Uuid>& refs) {
  constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyz ABCDE";
  std::string text = "{\"mentions\":[";
  for (std::size_t i = 0; i < refs.size(); ++i) {
    text += (i == 0 ? "" : ",") + ("\"" + refs[i].text() + "\"");
  }
  text += "],\"version\":" + std::to_string(number) + ",\"prompt\":\"";
  while (text.size() + 2 < kBodySize) {
    std::uint64_t bits = random();
    for (int i = 0; i < 12; ++i, bits >>= 5) text += kLetters[bits & 31];
  }
  return text + "\"}";
}

}  // namespace

Setup::Setup(const std::filesystem::path& parent, const std::string& postgres, std::int64_t resources)
    : postgres_(postgres),
      schema_("bench" + to_hex(random_bytes(6))),
      folder_(parent / ("syncline-bench-" + to_hex(random_bytes(6)))),
      database_(make_database()),
      other_database_(open_database()),
      blobs_(must(blobs::open_directory_store((folder_ / "blobs").string()))),
      master_key_{secrets::SecretString(std::string(32, 'b'))},
      services_{.database = *database_, .blobs = *blobs_, .master_key = master_key_, .clock = system_now_ms},
      other_services_{
          .database = *other_database_, .blobs = *blobs_, .master_key = master_key_, .clock = system_now_ms} {
  must(db::migrate(*database_, system_now_ms()));
  const auto transaction = must(database_->begin_write(db::deployment()));
  owner_.person = make_id();
  owner_.email = "owner@bench.test";
  owner_.tenant = "source";
  owner_.role = Role::owner;
  must(store::insert_person(transaction->connection(),
                            {.id = owner_.person, .email = owner_.email, .display_name = "Owner"}));
  must(access::check_master_key(transaction->connection(), master_key_));
  must(transaction->commit());
  add_tenant("source");
  add_tenant("baseline");
  fill(resources);
  settle();
}

std::unique_ptr<db::Database> Setup::make_database() const {
  std::filesystem::create_directories(folder_);
  if (!postgres_.empty()) in_whole_database("CREATE SCHEMA " + schema_);
  return open_database();
}

std::unique_ptr<db::Database> Setup::open_database() const {
  if (postgres_.empty()) return must(db::open_sqlite((folder_ / "syncline.db").string()));
  const char* separator = postgres_.find('?') == std::string::npos ? "?" : "&";
  // The baseline of many rows is one statement.
  return must(db::open_postgres({.address = postgres_ + separator + "options=-csearch_path%3D" + schema_,
                                 .statement_timeout_ms = kLongestCopyMs}));
}

Setup::~Setup() {
  other_database_.reset();
  database_.reset();
  if (!postgres_.empty()) in_whole_database("DROP SCHEMA " + schema_ + " CASCADE");
  std::filesystem::remove_all(folder_);
}

void Setup::in_whole_database(const std::string& sql) const {
  const std::unique_ptr<db::Database> all = must(db::open_postgres({.address = postgres_}));
  const auto transaction = must(all->begin_write(db::deployment()));
  must(transaction->connection().run_script("bench.schema", sql));
  must(transaction->commit());
}

void Setup::add_tenant(const std::string& tenant) {
  const auto transaction = must(database_->begin_write(db::deployment()));
  must(store::insert_tenant(transaction->connection(),
                            {.id = tenant,
                             .label = tenant,
                             .environment = "development",
                             .sealed_key = secrets::wrap_tenant_key(master_key_, tenant, secrets::make_tenant_key())}));
  must(store::insert_account(transaction->connection(), tenant, owner_.person, Role::owner, 0));
  must(transaction->commit());
}

// Through the store, as an edit would leave the rows: five published versions, three references each.
void Setup::fill(std::int64_t resources) {
  std::mt19937_64 random(1);
  for (std::int64_t done = 0; done < resources;) {
    const auto transaction = must(database_->begin_write(db::deployment()));
    db::Connection& connection = transaction->connection();
    const std::int64_t revision = must(store::bump_revision(connection, "source"));
    for (std::int64_t i = 0; i < kBatch && done < resources; ++i, ++done) {
      store::ResourceRow row{.id = make_id(),
                             .kind = done % 2 == 0 ? Kind::tool : Kind::agent,
                             .name = "resource " + std::to_string(done),
                             .description = "",
                             .syncable = true,
                             .lineage_id = make_id(),
                             .published = kVersions,
                             .digest = sha256(std::to_string(done)),
                             .changed_at = revision,
                             .created_by = owner_.person,
                             .updated_by = owner_.person};
      std::vector<Uuid> refs;
      for (std::size_t r = 0; r < kRefs && !ids_.empty(); ++r) refs.push_back(ids_[random() % ids_.size()]);
      row.refs = store::pack_ids(refs);
      for (std::int64_t number = 1; number <= kVersions; ++number) {
        const std::string text = make_body(random, number, refs);
        const store::BodyRow body{
            .id = make_id(), .space = "source", .digest = sha256(text), .refs = *row.refs, .text = text};
        must(store::insert_body(connection, body));
        must(store::insert_version(connection, row.lineage_id,
                                   {.number = number, .body_id = body.id, .note = "", .published_by = owner_.person}));
      }
      must(store::insert_resource(connection, "source", row));
      must(store::replace_referrers(connection, "source", row.id, {}, store::unpack_ids(*row.refs)));
      ids_.push_back(row.id);
    }
    must(transaction->commit());
  }
}

promotion::PromotionRequest Setup::everything_to(const std::string& target) const {
  promotion::PromotionRequest request{.principal = owner_, .target = target, .steps = {}};
  for (const KindInfo& kind : kKinds) request.steps.push_back(kind.kind);
  return request;
}

void Setup::copy_by_sql() {
  const auto transaction = must(database_->begin_write(db::deployment()));
  const CopyQueries& queries = queries_of(*database_);
  for (const db::Query& query : {queries.bodies, queries.versions, queries.resources}) {
    must(transaction->connection().execute(query, {}));
  }
  must(transaction->commit());
}

void Setup::remove_copy() {
  const auto transaction = must(database_->begin_write(db::deployment()));
  const CopyQueries& queries = queries_of(*database_);
  for (const db::Query& query : {queries.drop_bodies, queries.drop_versions, queries.drop_resources}) {
    must(transaction->connection().execute(query, {}));
  }
  must(transaction->commit());
  settle();
}

void Setup::settle() {
  if (!postgres_.empty()) {
    // Fresh statistics, as a server in use would have them.
    const auto transaction = must(database_->begin_write(db::deployment()));
    must(transaction->connection().run_script("bench.analyze", "ANALYZE"));
    must(transaction->commit());
    return;
  }
  // A reader that has not read yet is in no transaction.
  const auto transaction = must(database_->begin_read(db::deployment()));
  must(transaction->connection().execute(queries_of(*database_).settle, {}));
}

}  // namespace syncline::bench
