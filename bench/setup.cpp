#include "setup.h"

#include <random>

#include "access/tenant_keys.h"
#include "base/bytes.h"
#include "blobs/directory_store.h"
#include "db/migrate.h"
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

// The same rows with other keys, in the same order: the first byte of an id is of the time, and no id of ours has this.
constexpr db::Query kCopyBodies{"bench.bodies", R"sql(
    INSERT INTO bodies (id, space, digest, refs, text)
    SELECT CAST(x'F1' || substr(id, 2) AS BLOB), 'baseline', digest, refs, text FROM bodies WHERE space = 'source'
)sql"};
constexpr db::Query kCopyVersions{"bench.versions", R"sql(
    INSERT INTO versions (lineage_id, number, body_id, note, published_by, published_at)
    SELECT CAST(x'F1' || substr(v.lineage_id, 2) AS BLOB), v.number,
           CAST(x'F1' || substr(v.body_id, 2) AS BLOB), v.note, v.published_by, v.published_at
    FROM versions v WHERE v.lineage_id < x'F1'
)sql"};
constexpr db::Query kCopyResources{"bench.resources", R"sql(
    INSERT INTO resources (tenant_id, id, kind, name, description, syncable, status, synced_from, origin_id, lineage_id,
                           published, draft_id, refs, built_ins, exceptions, digest, changed_at, live, created_by,
                           created_at, updated_by, updated_at)
    SELECT 'baseline', CAST(x'F1' || substr(id, 2) AS BLOB), kind, name, description, syncable, status, 'source',
           id, CAST(x'F1' || substr(lineage_id, 2) AS BLOB), published, draft_id, NULL, built_ins, exceptions,
           digest, NULL, live, created_by, created_at, updated_by, updated_at
    FROM resources WHERE tenant_id = 'source'
)sql"};
constexpr db::Query kDropBodies{"bench.drop_bodies", "DELETE FROM bodies WHERE space = 'baseline'"};
constexpr db::Query kDropVersions{"bench.drop_versions", "DELETE FROM versions WHERE lineage_id >= x'F1'"};
constexpr db::Query kDropResources{"bench.drop_resources", "DELETE FROM resources WHERE tenant_id = 'baseline'"};
constexpr db::Query kCheckpoint{"bench.checkpoint", "PRAGMA wal_checkpoint(TRUNCATE)"};

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

Setup::Setup(const std::filesystem::path& parent, std::int64_t resources)
    : folder_(parent / ("syncline-bench-" + to_hex(random_bytes(6)))),
      database_([this] {
        std::filesystem::create_directories(folder_);
        return must(db::open_sqlite((folder_ / "syncline.db").string()));
      }()),
      blobs_(must(blobs::open_directory_store((folder_ / "blobs").string()))),
      master_key_{secrets::SecretString(std::string(32, 'b'))},
      services_{.database = *database_, .blobs = *blobs_, .master_key = master_key_, .clock = system_now_ms} {
  must(db::migrate(*database_, system_now_ms()));
  const auto transaction = must(database_->begin_write());
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

Setup::~Setup() {
  database_.reset();
  std::filesystem::remove_all(folder_);
}

void Setup::add_tenant(const std::string& tenant) {
  const auto transaction = must(database_->begin_write());
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
    const auto transaction = must(database_->begin_write());
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
  const auto transaction = must(database_->begin_write());
  for (const db::Query* query : {&kCopyBodies, &kCopyVersions, &kCopyResources}) {
    must(transaction->connection().execute(*query, {}));
  }
  must(transaction->commit());
}

void Setup::remove_copy() {
  const auto transaction = must(database_->begin_write());
  for (const db::Query* query : {&kDropBodies, &kDropVersions, &kDropResources}) {
    must(transaction->connection().execute(*query, {}));
  }
  must(transaction->commit());
  settle();
}

void Setup::settle() {
  // A reader that has not read yet is in no transaction.
  const auto transaction = must(database_->begin_read());
  must(transaction->connection().execute(kCheckpoint, {}));
}

}  // namespace syncline::bench
