// Promotions on a database: what they write, and that over random histories the few rows that moved tell what all do.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "access/tenant_keys.h"
#include "base/json.h"
#include "blobs/blob_store.h"
#include "catalog/provenance.h"
#include "db/migrate.h"
#include "db/sqlite/database.h"
#include "planning/sync_id.h"
#include "promotion/promote.h"
#include "promotion/rollback.h"
#include "promotion/runs.h"
#include "promotion/stale.h"
#include "secrets/seal.h"
#include "store/edges.h"
#include "store/overrides.h"
#include "store/resources.h"

namespace syncline::promotion {
namespace {

namespace fs = std::filesystem;

template <typename T>
T must(Result<T> result) {
  if (!result.ok()) ADD_FAILURE() << result.error().code << ": " << result.error().message << result.error().context;
  return std::move(result).value();
}

class NoBlobs : public blobs::BlobStore {
 public:
  Result<std::unique_ptr<blobs::Upload>> begin(const Uuid&) override { return none(); }
  Result<std::unique_ptr<blobs::Reader>> open(const Uuid&) override { return none(); }
  Done remove(const Uuid&) override { return none(); }
  Result<std::vector<Uuid>> list() override { return none(); }

 private:
  static Fail none() { return fail(ErrorKind::internal, "storage_failed", "There are no blobs here."); }
};

constexpr db::Query kInsertTenant{"test.tenant", R"sql(
    INSERT INTO tenants (id, label, environment, minimum_role, sealed_key, revision, shrunk_at, created_at)
    VALUES ($1, $1, 'development', 'ADMIN', $2, 1, 0, 0)
)sql"};
constexpr db::Query kInsertPerson{"test.person", R"sql(
    INSERT INTO persons (id, email, display_name, password_hash, superuser, created_at)
    VALUES ($1, 'a@b.c', 'A', NULL, FALSE, 0)
)sql"};
constexpr db::Query kInsertAccount{"test.account", R"sql(
    INSERT INTO accounts (tenant_id, person_id, role, created_at) VALUES ($1, $2, 'OWNER', 0)
)sql"};
constexpr db::Query kUseVariable{"test.use_variable", R"sql(
    INSERT INTO variable_uses (tenant_id, name, resource_id) VALUES ($1, $2, $3)
)sql"};
constexpr db::Query kInsertContent{"test.content", R"sql(
    INSERT INTO document_contents (tenant_id, document_id, blob_id, size, sha256, media_type, updated_at)
    VALUES ($1, $2, $3, 5, $4, 'text/plain', 0)
)sql"};

// Two tenants, dev and prod, and a person who may do everything. Changes are made as the catalog makes them.
class Promotions : public testing::Test {
 protected:
  Promotions()
      : folder_(fs::temp_directory_path() / ("syncline-promotion-" + to_hex(random_bytes(8)))),
        master_{secrets::SecretString(std::string(32, 'm'))} {
    fs::create_directory(folder_);
    database_ = must(db::open_sqlite((folder_ / "db").string()));
    must(db::migrate(*database_, 1));
    person_ = make_uuid7(1);
    write([&](db::Connection& connection) {
      must(connection.execute(kInsertPerson, {person_}));
      for (const std::string_view tenant : {"dev", "prod", "lib"}) {
        const std::string key = wrap_tenant_key(master_, tenant, secrets::make_tenant_key());
        must(connection.execute(kInsertTenant, {tenant, db::Bytes{key}}));
        must(connection.execute(kInsertAccount, {tenant, person_}));
      }
    });
  }
  ~Promotions() override {
    database_.reset();
    fs::remove_all(folder_);
  }

  template <typename Act>
  void write(Act act) {
    const auto transaction = must(database_->begin_write(db::deployment()));
    act(transaction->connection());
    must(transaction->commit());
  }

  Services services() {
    return {*database_, blobs_, master_, [] { return TimeMs{1'700'000'000'000}; }};
  }

  PromotionRequest request(std::vector<Kind> steps) const {
    Principal principal;
    principal.person = person_;
    principal.tenant = "dev";
    principal.role = Role::owner;
    return {.principal = principal, .target = "prod", .steps = std::move(steps)};
  }
  static std::vector<Kind> all_steps() {
    std::vector<Kind> steps;
    for (const KindInfo& kind : kKinds) steps.push_back(kind.kind);
    return steps;
  }
  json::Value sync(const PromotionRequest& wanted) {
    const Report report = must(promote(services(), wanted));
    return must(json::parse(report.text));
  }
  json::Value sync() { return sync(request(all_steps())); }
  static std::int64_t count(const json::Value& report, std::string_view name) {
    return *report.at("summary")->at(name)->integer();
  }

  Uuid add(Kind kind, std::vector<Uuid> refs, bool syncable, std::optional<std::string> synced_from = std::nullopt) {
    store::ResourceRow row;
    row.id = make_uuid7(++time_);
    write([&](db::Connection& connection) {
      const std::int64_t revision = must(store::bump_revision(connection, "dev"));
      row.kind = kind;
      row.name = "r" + std::to_string(time_);
      row.syncable = syncable;
      row.lineage_id = make_uuid7(time_);
      row.digest[0] = 1;
      if (synced_from) {
        row.synced_from = synced_from;
        row.origin_id = make_uuid7(time_);
      } else {
        row.refs = store::pack_ids(refs);
        row.changed_at = revision;
        must(store::replace_referrers(connection, "dev", row.id, {}, store::unpack_ids(*row.refs)));
      }
      row.created_by = row.updated_by = person_;
      must(store::insert_resource(connection, "dev", row));
    });
    return row.id;
  }

  template <typename Change>
  void change(std::string_view tenant, const Uuid& id, Change change) {
    write([&](db::Connection& connection) {
      const std::int64_t revision = must(store::bump_revision(connection, tenant));
      store::ResourceRow row = *must(store::find_resource(connection, tenant, id));
      const store::ResourceRow before = row;
      change(row);
      if (!row.synced_from) ++row.digest[1];
      row.changed_at = revision;
      const std::vector<Uuid> old_refs = store::unpack_ids(before.refs.value_or(""));
      const std::vector<Uuid> new_refs = store::unpack_ids(row.refs.value_or(""));
      must(store::replace_referrers(connection, tenant, id, old_refs, new_refs));
      const bool kept = std::includes(new_refs.begin(), new_refs.end(), old_refs.begin(), old_refs.end());
      if (!kept || (before.syncable && !row.syncable)) must(store::mark_shrunk(connection, tenant, revision));
      must(store::update_resource(connection, tenant, row));
    });
  }

  void remove(std::string_view tenant, const Uuid& id) {
    write([&](db::Connection& connection) {
      const std::int64_t revision = must(store::bump_revision(connection, tenant));
      must(store::delete_resource(connection, tenant, id));
      must(store::mark_shrunk(connection, tenant, revision));
      if (tenant == "prod") must(store::forget_watermarks_into(connection, "prod"));
    });
  }

  std::optional<store::ResourceRow> copy_of(const Uuid& original) {
    const auto transaction = must(database_->begin_read(db::deployment()));
    Uuid id = planning::SyncIds("dev", "prod").of(original);
    must(store::each_adopted_row(transaction->connection(), "prod", [&](const store::TargetRow& row) {
      if (row.origin == original) id = row.id;
    }));
    return must(store::find_resource(transaction->connection(), "prod", id));
  }

  // What a full run would do now, without doing it.
  planning::Plan full_plan(const std::vector<Kind>& steps, planning::OnDrift on_drift) {
    const auto transaction = must(database_->begin_read(db::deployment()));
    const Snapshot snapshot = must(read_snapshot(transaction->connection(), {"dev", "prod"}));
    return planning::make_plan(
        {.source = "dev", .target = "prod", .steps = request(steps).kinds(), .on_drift = on_drift}, snapshot.source,
        snapshot.target, planning::select_closure(snapshot.source, std::nullopt));
  }

  fs::path folder_;
  secrets::MasterKey master_;
  NoBlobs blobs_;
  std::unique_ptr<db::Database> database_;
  Uuid person_;
  TimeMs time_ = 1;
};

TEST_F(Promotions, CreateThenNothingThenUpdate) {
  const Uuid tool = add(Kind::tool, {}, false);
  const Uuid agent = add(Kind::agent, {tool}, true);

  const json::Value first = sync();
  const json::Value second = sync();
  change("dev", tool, [](store::ResourceRow& row) { row.name = "renamed"; });
  const json::Value third = sync();

  EXPECT_EQ(count(first, "created"), 2);
  EXPECT_EQ(count(second, "unchanged"), 2);
  EXPECT_TRUE(second.at("items")->array()->empty());
  EXPECT_EQ(count(third, "updated"), 1);
  EXPECT_EQ(count(third, "unchanged"), 1);
  EXPECT_EQ(copy_of(tool)->name, "renamed");
  EXPECT_EQ(copy_of(agent)->synced_from, "dev");
  EXPECT_EQ(copy_of(agent)->origin_id, agent);
}

TEST_F(Promotions, TheReportSaysWhoPulledSomethingIn) {
  const Uuid tool = add(Kind::tool, {}, false);
  add(Kind::agent, {tool}, true);

  const json::Value report = sync();

  const json::Value& item = report.at("items")->array()->front();
  EXPECT_EQ(item.text_at("kind"), "tools");
  EXPECT_EQ(item.text_at("action"), "created");
  EXPECT_EQ(*item.at("because")->array()->front().string(), "agents/r" + std::to_string(time_));
}

TEST_F(Promotions, AnEditedCopyIsBroughtBack) {
  const Uuid tool = add(Kind::tool, {}, true);
  sync();
  change("prod", copy_of(tool)->id, [](store::ResourceRow& row) { row.name = "mine"; });

  const json::Value report = sync();

  EXPECT_EQ(count(report, "drifted"), 1);
  EXPECT_EQ(count(report, "updated"), 1);
  EXPECT_NE(copy_of(tool)->name, "mine");
  EXPECT_EQ(copy_of(tool)->changed_at, std::nullopt);
}

TEST_F(Promotions, ADeletedCopyComesBack) {
  const Uuid tool = add(Kind::tool, {}, true);
  sync();
  remove("prod", copy_of(tool)->id);

  EXPECT_EQ(count(sync(), "created"), 1);
}

TEST_F(Promotions, AStepOutOfOrderListsWhatDanglesUntilItDoesNot) {
  const Uuid tool = add(Kind::tool, {}, false);
  add(Kind::agent, {tool}, true);

  const json::Value first = sync(request({Kind::agent}));
  const json::Value again = sync(request({Kind::agent}));
  sync(request({Kind::tool}));
  const json::Value last = sync(request({Kind::agent}));

  ASSERT_EQ(first.at("danglingReferences")->array()->size(), 1U);
  EXPECT_EQ(first.at("danglingReferences")->array()->front().text_at("fixedByStep"), "tools");
  EXPECT_EQ(again.at("danglingReferences")->array()->size(), 1U);
  EXPECT_TRUE(last.at("danglingReferences")->array()->empty());
}

TEST_F(Promotions, NamedResourcesAreTakenWithWhatTheyNeed) {
  const Uuid tool = add(Kind::tool, {}, false);
  const Uuid agent = add(Kind::agent, {tool}, false);
  add(Kind::agent, {}, true);
  PromotionRequest named = request(all_steps());
  named.resources = {{{Kind::agent, agent.text()}, {Kind::tool, "builtin:weather"}}};

  const json::Value report = sync(named);

  EXPECT_EQ(count(report, "created"), 2);
  EXPECT_EQ(count(report, "excluded"), 1);
  EXPECT_EQ(report.at("items")->array()->back().text_at("reason"), "built_in");
}

TEST_F(Promotions, NamesOfNothingAreRefused) {
  PromotionRequest named = request(all_steps());
  named.resources = {{{Kind::agent, make_uuid7(1).text()}}};

  const Result<Report> report = promote(services(), named);

  ASSERT_FALSE(report.ok());
  EXPECT_EQ(report.error().code, "unknown_resource");
  EXPECT_EQ(report.error().fields.front().pointer, "/resources/0/id");
}

TEST_F(Promotions, MissingVariablesNameTheirUsers) {
  const Uuid tool = add(Kind::tool, {}, true);
  const Uuid other = add(Kind::tool, {}, false);
  write([&](db::Connection& connection) {
    for (const Uuid& user : {tool, other}) must(connection.execute(kUseVariable, {"dev", "API_KEY", user}));
  });

  const json::Value first = sync();
  const json::Value second = sync();

  ASSERT_EQ(first.at("missingVariables")->array()->size(), 1U);
  EXPECT_EQ(first.at("missingVariables")->array()->front().at("usedBy")->array()->size(), 1U);
  EXPECT_EQ(json::write(*second.at("missingVariables")), json::write(*first.at("missingVariables")));
}

TEST_F(Promotions, CredentialsAreSealedAnewOnlyWhenTheyChange) {
  const Uuid connection_id = add(Kind::connection, {}, true);
  const auto set = [&](std::string_view value) {
    write([&](db::Connection& connection) {
      const secrets::TenantKey key = must(access::load_tenant_key(connection, master_, "dev"));
      const std::string id = connection_id.text();
      const store::CredentialPart part{
          .owner = connection_id,
          .field = "/password",
          .sealed = seal(key, {.tenant = "dev", .kind = "connection", .id = id, .field = "/password"}, value),
          .template_text = std::nullopt,
          .fingerprint = fingerprint(key, value)};
      must(store::upsert_credential_parts(connection, "dev", 0, {part}));
    });
  };
  const auto sealed = [&] {
    const auto transaction = must(database_->begin_read(db::deployment()));
    return *must(store::list_credential_parts(transaction->connection(), "prod", copy_of(connection_id)->id))
                .front()
                .sealed;
  };
  set("one");
  sync();
  const std::string first = sealed();
  change("dev", connection_id, [](store::ResourceRow& row) { row.name = "renamed"; });
  sync();
  const std::string second = sealed();
  set("two");
  change("dev", connection_id, [](store::ResourceRow&) {});
  sync();
  const std::string sealed_two = sealed();

  EXPECT_EQ(second, first);
  EXPECT_NE(sealed_two, first);
  const auto transaction = must(database_->begin_read(db::deployment()));
  const secrets::TenantKey key = must(access::load_tenant_key(transaction->connection(), master_, "prod"));
  const std::string id = planning::SyncIds("dev", "prod").of(connection_id).text();
  const secrets::SecretString value =
      must(open(key, {.tenant = "prod", .kind = "connection", .id = id, .field = "/password"}, sealed_two));
  EXPECT_EQ(value.reveal(), "two");
}

TEST_F(Promotions, ContentsArePointedAt) {
  const Uuid document = add(Kind::document, {}, true);
  const Uuid blob = make_uuid7(5);
  write([&](db::Connection& connection) {
    must(connection.execute(kInsertContent, {"dev", document, blob, db::Bytes{"12345678901234567890123456789012"}}));
  });

  sync();
  change("dev", document, [](store::ResourceRow&) {});
  sync();

  const auto transaction = must(database_->begin_read(db::deployment()));
  const auto parts = must(store::list_content_parts(transaction->connection(), "prod", std::nullopt));
  ASSERT_EQ(parts.size(), 1U);
  EXPECT_EQ(parts.front().blob, blob);
}

TEST_F(Promotions, RunsAreKeptForMembers) {
  add(Kind::tool, {}, true);
  const json::Value report = sync();
  Principal stranger;
  stranger.person = make_uuid7(9);
  stranger.tenant = "lib";

  const auto runs = must(list_runs(services(), request({}).principal, {}, std::nullopt, 10));
  ASSERT_EQ(runs.size(), 1U);
  EXPECT_EQ(runs.front().id.text(), report.text_at("runId"));
  EXPECT_EQ(must(get_run(services(), request({}).principal, runs.front().id)).report, json::write(report));
  EXPECT_FALSE(get_run(services(), stranger, runs.front().id).ok());
}

// One random history; before each sync, what has moved makes the same plan as everything does; after it, a full plan of
// the same steps finds nothing to do.
class Histories : public Promotions, public testing::WithParamInterface<unsigned> {
 protected:
  using Random = std::mt19937;
  std::size_t below(std::size_t bound) { return random_() % bound; }
  const Uuid& any() { return ids_[below(ids_.size())]; }
  std::vector<Uuid> some() {
    std::vector<Uuid> ids;
    for (std::size_t n = ids_.empty() ? 0 : below(4); n > 0; --n) ids.push_back(any());
    return ids;
  }

  void mutate() {
    const std::size_t choice = ids_.size() < 8 ? 0 : below(22);
    if (choice < 4) {
      ids_.push_back(add(static_cast<Kind>(below(kKinds.size())), some(), below(5) == 0));
      own_.push_back(ids_.back());
    } else if (choice == 4) {
      ids_.push_back(add(Kind::tool, {}, false, below(2) == 0 ? "lib" : "prod"));
    } else {
      mutate_one(choice, below(own_.size()));
    }
  }

  void mutate_one(std::size_t choice, std::size_t which) {
    const Uuid id = own_[which];
    if (choice < 9) {
      const Uuid other = any();
      change("dev", id, [&](store::ResourceRow& row) { row.refs = with(row, other); });
    } else if (choice < 11) {
      change("dev", id, [](store::ResourceRow& row) { row.name += "'"; });
    } else if (choice == 11) {
      change("dev", id, [&](store::ResourceRow& row) { row.refs = store::pack_ids(some()); });
    } else if (choice == 12) {
      change("dev", id, [&](store::ResourceRow& row) { row.syncable = below(3) != 0; });
    } else if (choice == 13) {
      remove("dev", id);
      std::erase(ids_, id);
      std::erase(own_, id);
    } else if (choice > 15) {
      decide_in_target(choice, id);
    } else if (const auto copy = copy_of(id)) {
      if (choice == 14)
        change("prod", copy->id, [](store::ResourceRow& row) { row.name = "mine"; });
      else if (below(3) == 0)
        remove("prod", copy->id);
    }
  }

  // What the target does about a copy, as the catalog does it; refused when it is not the time for it.
  void decide_in_target(std::size_t choice, const Uuid& original) {
    Services with = services();
    Principal who = request({}).principal;
    who.tenant = "prod";
    if (choice == 16) {
      const Kind kind = kind_of(original);
      const Uuid own = add_in_target(kind);
      (void)catalog::adopt_resource(with, who, {kind, own}, "dev", original, "").ok();
    } else if (const auto copy = copy_of(original)) {
      const catalog::ResourceKey key{copy->kind, copy->id};
      if (choice < 19) (void)catalog::detach_resource(with, who, key, "").ok();
      if (choice == 19 || choice == 20) (void)catalog::attach_resource(with, who, key, "").ok();
      if (choice == 21 && copy->synced_from) write_override(copy->id);
    }
  }
  Kind kind_of(const Uuid& id) {
    const auto transaction = must(database_->begin_read(db::deployment()));
    return must(store::find_resource(transaction->connection(), "dev", id))->kind;
  }
  Uuid add_in_target(Kind kind) {
    store::ResourceRow row;
    row.id = make_uuid7(++time_);
    write([&](db::Connection& connection) {
      row.kind = kind;
      row.name = "made by hand";
      row.lineage_id = make_uuid7(time_);
      row.digest[0] = 1;
      row.refs = "";
      row.changed_at = must(store::bump_revision(connection, "prod"));
      row.created_by = row.updated_by = person_;
      must(store::insert_resource(connection, "prod", row));
    });
    return row.id;
  }
  void write_override(const Uuid& id) {
    write([&](db::Connection& connection) {
      must(store::bump_revision(connection, "prod"));
      must(store::upsert_override(connection, "prod", id, {.patch = "{}", .refs = {}, .updated_by = person_}));
    });
  }

  std::vector<Kind> some_steps() {
    if (below(2) == 0) return all_steps();
    std::vector<Kind> steps;
    for (const KindInfo& kind : kKinds) {
      if (below(3) == 0) steps.push_back(kind.kind);
    }
    return steps.empty() ? all_steps() : steps;
  }

  // What a plan means, made from what has moved (where that is enough) or from everything.
  std::string meaning(PromotionRequest wanted, bool from_everything) {
    wanted.include_unchanged = from_everything;
    const auto transaction = must(database_->begin_read(db::deployment()));
    const Computed computed = must(compute(transaction->connection(), wanted, {"dev", "prod"}));
    return to_hex(std::string_view(reinterpret_cast<const char*>(digest_of(computed, write_options(wanted)).data()),
                                   sizeof(Digest)));
  }

  void sync_and_check() {
    const std::vector<Kind> steps = some_steps();
    EXPECT_EQ(meaning(request(steps), false), meaning(request(steps), true));
    PromotionRequest wanted = request(steps);
    if (below(3) == 0) wanted.on_drift = planning::OnDrift::keep;
    const json::Value report = sync(wanted);
    const planning::Plan plan = full_plan(steps, wanted.on_drift);
    const auto is_left = [](const planning::Change& each) { return each.action == planning::Action::excluded; };
    const auto is_done = [&](const planning::Change& each) {
      return each.action == planning::Action::unchanged || is_left(each);
    };
    EXPECT_TRUE(std::all_of(plan.changes.begin(), plan.changes.end(), is_done));
    EXPECT_TRUE(plan.marks.empty());
    const std::int64_t left = std::count_if(plan.changes.begin(), plan.changes.end(), is_left);
    EXPECT_EQ(left, reported_with(report, "drift_kept") + reported_with(report, "detached"));
    EXPECT_EQ(count(report, "created") + count(report, "updated") + count(report, "unchanged") + left,
              static_cast<std::int64_t>(plan.changes.size()));
    EXPECT_EQ(report.at("danglingReferences")->array()->size(), plan.dangling.size());
  }

  static std::int64_t reported_with(const json::Value& report, std::string_view reason) {
    const json::Array& items = *report.at("items")->array();
    return std::count_if(items.begin(), items.end(),
                         [&](const json::Value& item) { return item.text_at("reason") == reason; });
  }

  Random random_{GetParam()};
  std::vector<Uuid> ids_;  // in the source
  std::vector<Uuid> own_;

 private:
  static std::string with(const store::ResourceRow& row, const Uuid& other) {
    std::vector<Uuid> refs = store::unpack_ids(row.refs.value_or(""));
    refs.push_back(other);
    return store::pack_ids(std::move(refs));
  }
};

TEST_P(Histories, WhatMovedTellsWhatAllTells) {
  for (int round = 0; round < 40; ++round) {
    for (std::size_t n = 1 + below(4); n > 0; --n) mutate();
    sync_and_check();
  }
}

INSTANTIATE_TEST_SUITE_P(Random, Histories, testing::Range(1U, 101U));

// Every row of the tables whose rows runs change, as text.
constexpr db::Query kDumps[] = {
    {"test.dump_resources", R"sql(
        SELECT quote(tenant_id) || quote(id) || quote(name) || quote(syncable) || quote(synced_from) || quote(origin_id)
            || quote(lineage_id) || quote(published) || quote(draft_id) || quote(refs) || quote(exceptions)
            || quote(digest) || quote(changed_at) || quote(live) || quote(created_by) || quote(created_at)
            || quote(updated_by) || quote(updated_at) FROM resources ORDER BY tenant_id, id
    )sql"},
    {"test.dump_credentials", R"sql(
        SELECT quote(tenant_id) || quote(connection_id) || quote(field) || quote(sealed) || quote(template)
            || quote(fingerprint) || quote(updated_at) FROM credentials ORDER BY tenant_id, connection_id, field
    )sql"},
    {"test.dump_contents", R"sql(
        SELECT quote(tenant_id) || quote(document_id) || quote(blob_id) || quote(updated_at) FROM document_contents
        ORDER BY tenant_id, document_id
    )sql"},
    {"test.dump_embeddings", R"sql(
        SELECT quote(tenant_id) || quote(knowledge_base_id) || quote(document_id) || quote(blob_id) || quote(updated_at)
        FROM embeddings ORDER BY tenant_id, knowledge_base_id, document_id
    )sql"},
    {"test.dump_watermarks", R"sql(
        SELECT quote(source_id) || quote(target_id) || quote(step) || quote(source_revision) || quote(members)
            || quote(excluded) || quote(dangling) FROM watermarks ORDER BY source_id, target_id, step
    )sql"},
    {"test.dump_referrers", R"sql(
        SELECT quote(tenant_id) || quote(to_id) || quote(from_id) FROM referrers ORDER BY tenant_id, to_id, from_id
    )sql"},
};

// Random histories in which runs are undone: right after, later, in part, and the undoing as well.
class Undoings : public Histories {
 protected:
  std::string dump() {
    const auto transaction = must(database_->begin_read(db::deployment()));
    std::string text;
    for (const db::Query& query : kDumps) {
      must(transaction->connection().each(query, {}, [&](const db::Row& row) {
        text += row.string(0);
        text += '\n';
      }));
    }
    return text;
  }

  Services ticking() {
    return {*database_, blobs_, master_, [this] { return ++now_; }};
  }

  // Parts in tables of their own, now and then.
  void set_parts() {
    const Uuid id = own_[below(own_.size())];
    std::optional<store::ResourceRow> row;
    write([&](db::Connection& connection) {
      row = must(store::find_resource(connection, "dev", id));
      if (row->kind == Kind::connection) {
        const secrets::TenantKey key = must(access::load_tenant_key(connection, master_, "dev"));
        const std::string value = std::to_string(random_());
        const std::string text = id.text();
        const std::string field = below(2) == 0 ? "a" : "b";
        must(store::upsert_credential_parts(
            connection, "dev", 0,
            {{.owner = id,
              .field = field,
              .sealed = seal(key, {.tenant = "dev", .kind = "connection", .id = text, .field = field}, value),
              .template_text = std::nullopt,
              .fingerprint = fingerprint(key, value)}}));
      } else if (row->kind == Kind::document) {
        must(store::delete_content_parts(connection, "dev", {id}));
        must(connection.execute(kInsertContent,
                                {"dev", id, make_uuid7(++time_), db::Bytes{"12345678901234567890123456789012"}}));
      } else if (row->kind == Kind::knowledge_base) {
        must(store::insert_embedding_parts(connection, "dev", 0,
                                           {{.owner = id,
                                             .document = make_uuid7(++time_),
                                             .blob = make_uuid7(time_),
                                             .sha256 = "12345678901234567890123456789012"}}));
      }
    });
    change("dev", id, [](store::ResourceRow&) {});
  }

  void happen() {
    for (std::size_t n = 1 + below(4); n > 0; --n) mutate();
    for (std::size_t n = below(3); n > 0; --n) set_parts();
  }

  Uuid run(const std::vector<Kind>& steps) {
    const Report report = must(promote(ticking(), request(steps)));
    return report.run_id;
  }

  // The undoing's own run, or nothing when there was nothing to undo.
  std::optional<Uuid> undo(const Uuid& run) {
    Result<Report> report =
        roll_back(ticking(), {.principal = request({}).principal, .run = run, .overwrite_edits = true});
    if (report.ok()) return report.value().run_id;
    EXPECT_EQ(report.error().code, "nothing_to_roll_back");
    return std::nullopt;
  }

  TimeMs now_ = 1'700'000'000'000;
};

TEST_P(Undoings, BringBackEveryRow) {
  for (int round = 0; round < 40; ++round) {
    happen();
    const std::string before = dump();
    const Uuid first = run(some_steps());
    const std::string after = dump();
    const std::optional<Uuid> undone = undo(first);
    ASSERT_EQ(dump(), before);
    if (undone) {
      ASSERT_TRUE(undo(*undone));
      ASSERT_EQ(dump(), after);
    }
    if (below(3) == 0) {
      undo(first);
      ASSERT_EQ(dump(), before);
      sync_and_check();
    }
  }
}

TEST_P(Undoings, LeaveTheNextSyncRight) {
  std::vector<Uuid> runs;
  for (int round = 0; round < 40; ++round) {
    happen();
    runs.push_back(run(some_steps()));
    if (below(2) == 0) {
      const Uuid& past = runs[runs.size() - 1 - below(std::min<std::size_t>(runs.size(), 3))];
      (void)roll_back(ticking(), {.principal = request({}).principal, .run = past, .overwrite_edits = true});
    }
    if (below(2) == 0) happen();
    sync_and_check();
  }
}

// SYNCLINE_SEEDS asks for more: 250 are 10,000 worlds for each property.
unsigned seeds() {
  const char* wanted = std::getenv("SYNCLINE_SEEDS");
  return wanted == nullptr ? 20 : static_cast<unsigned>(std::strtoul(wanted, nullptr, 10));
}
INSTANTIATE_TEST_SUITE_P(Random, Undoings, testing::Range(1U, 1 + seeds()));

}  // namespace
}  // namespace syncline::promotion
