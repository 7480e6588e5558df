// What holds over random histories of two tenants on a real database, in which copies are edited, overridden, adopted,
// detached, deleted and pruned, releases are made and promoted, and runs are undone. Each round of a history is a
// world; in each, all that is said here is looked at.
//
// SYNCLINE_WORLDS and SYNCLINE_WORLDS_POSTGRES ask for so many worlds (`./dev prove properties`: 10,000 and more).
#include <gtest/gtest.h>

#include <cstdlib>
#include <iostream>
#include <map>
#include <random>
#include <set>
#include <sstream>
#include <string>
#include <tuple>
#include <vector>

#include "access/tenant_keys.h"
#include "catalog/provenance.h"
#include "planning/target_ids.h"
#include "promotion/plan_promotion.h"
#include "promotion/releases.h"
#include "promotion/rollback.h"
#include "promotion/stale.h"
#include "store/overrides.h"
#include "support/two_tenants.h"

namespace syncline::promotion {
namespace {

constexpr unsigned kRounds = 40;  // worlds of a history

constexpr db::Query kInsertContent{"test.content", R"sql(
    INSERT INTO document_contents (tenant_id, document_id, blob_id, size, sha256, media_type, updated_at)
    VALUES ($1, $2, $3, 5, $4, 'text/plain', 0)
)sql"};

// What is kept of what happened, and of what was said about it, moves on with each run; all other rows are the worlds'.
const std::set<std::string> kHistory = {
    "tenants",           "runs", "run_ledgers", "audit", "plans", "servers", "commit_markers", "promoted_releases",
    "webhook_deliveries"};
// What the steps of a pair have seen is told apart: steps out of order see less than a whole run.
std::set<std::string> without_watermarks() {
  std::set<std::string> tables = kHistory;
  tables.insert("watermarks");
  return tables;
}

// Without the ciphertexts of credentials: sealing the same value twice gives two of them. They are longer than digests.
std::string without_ciphertexts(const std::string& dump) {
  constexpr std::size_t kLongestDigest = 64;
  std::istringstream in(dump);
  std::string out;
  bool is_credentials = false;
  for (std::string line; std::getline(in, line);) {
    if (!line.starts_with("  ")) is_credentials = line == "credentials";
    for (std::size_t i = 0; i < line.size();) {
      std::size_t end = i;
      while (end < line.size() && std::isxdigit(static_cast<unsigned char>(line[end])) != 0) ++end;
      if (!is_credentials || end - i <= kLongestDigest) out.append(line, i, std::max<std::size_t>(end - i, 1));
      i = std::max(end, i + 1);
    }
    out += '\n';
  }
  return out;
}

// How many worlds each property was looked at in, told at the end.
class Counter : public testing::Environment {
 public:
  void count(const std::string& property) { ++worlds_[property]; }
  void TearDown() override {
    for (const auto& [property, worlds] : worlds_) std::cout << worlds << " worlds: " << property << "\n";
  }

 private:
  std::map<std::string, std::int64_t> worlds_;
};
Counter& counter() {
  static auto* counter = dynamic_cast<Counter*>(testing::AddGlobalTestEnvironment(new Counter));
  return *counter;
}

using Case = std::tuple<test::Engine, unsigned>;

class Histories : public testing::TestWithParam<Case>, public TwoTenants {
 protected:
  Histories() : TwoTenants(std::get<0>(GetParam())), random_(std::get<1>(GetParam())) {}

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
    const auto transaction = must(world_.database().begin_read(db::deployment()));
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
    const auto transaction = must(world_.database().begin_read(db::deployment()));
    const Computed computed = must(compute(transaction->connection(), wanted, {"dev", "prod"}));
    return to_hex(std::string_view(reinterpret_cast<const char*>(digest_of(computed, write_options(wanted)).data()),
                                   sizeof(Digest)));
  }

  // Parts in tables of their own, now and then.
  void set_parts() {
    const Uuid id = own_[below(own_.size())];
    std::optional<store::ResourceRow> row;
    write([&](db::Connection& connection) {
      row = must(store::find_resource(connection, "dev", id));
      if (row->kind == Kind::connection) {
        const secrets::TenantKey key = must(access::load_tenant_key(connection, services().master_key, "dev"));
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

  void holds(const std::string& property) {
    const bool is_sqlite = std::get<0>(GetParam()) == test::Engine::sqlite;
    counter().count(property + (is_sqlite ? " (SQLite)" : " (PostgreSQL)"));
  }

  // A sync of this or that: of the source or of a release, with or without pruning, overwriting or keeping drift.
  PromotionRequest some_sync() {
    PromotionRequest wanted = request(some_steps());
    if (below(3) == 0) wanted.on_drift = planning::OnDrift::keep;
    if (!releases_.empty() && below(6) == 0) wanted.release_id = releases_[below(releases_.size())];
    if (below(6) == 0) {
      wanted.prune = true;
      wanted.prune_limit = 1;
    }
    return wanted;
  }
  void make_release() {
    const std::string name = "release " + std::to_string(releases_.size());
    const std::string made =
        must(create_release(services(), request({}).principal, {.name = name, .note = "", .steps = all_steps()}));
    releases_.push_back(parse_uuid(must(json::parse(made)).text_at("releaseId")).value());
  }

  // Nothing when something that stays refers to what would be pruned.
  std::optional<Uuid> run(const PromotionRequest& wanted) {
    const Result<Report> report = promote(services(), wanted);
    if (report.ok()) return report.value().run_id;
    EXPECT_EQ(report.error().code, "prune_blocked") << report.error().message << report.error().context;
    return std::nullopt;
  }
  // The undoing's own run, or nothing when there was nothing to undo.
  std::optional<Uuid> undo(const Uuid& run) {
    ++now_;
    const Result<Report> report =
        roll_back(services(), {.principal = request({}).principal, .run = run, .overwrite_edits = true});
    if (report.ok()) return report.value().run_id;
    EXPECT_EQ(report.error().code, "nothing_to_roll_back") << report.error().message << report.error().context;
    return std::nullopt;
  }

  bool has_watermarks() {
    const auto transaction = must(world_.database().begin_read(db::deployment()));
    return must(store::read_watermarks(transaction->connection(), "dev", "prod")) != store::Watermarks();
  }

  void expect_plan_of_nothing(const PromotionRequest& wanted) {
    const json::Value plan = must(json::parse(must(plan_promotion(services(), wanted))));
    EXPECT_EQ(count(plan, "created") + count(plan, "updated") + count(plan, "pruned"), 0)
        << json::write(plan).substr(0, 4000);
  }

  // Copies are under their derived ids, or those that were adopted; one of each original, and always the same.
  void expect_ids() {
    const auto transaction = must(world_.database().begin_read(db::deployment()));
    const planning::SyncIds derived("dev", "prod");
    std::map<Uuid, Uuid> origins;
    std::set<Uuid> seen;
    must(store::each_target_row(transaction->connection(), "prod", [&](const store::TargetRow& row) {
      if (row.synced_from != "dev") return;
      EXPECT_TRUE(row.adopted || row.id == derived.of(row.origin));
      EXPECT_TRUE(seen.insert(row.origin).second) << "two copies of one original";
      const auto before = origins_.find(row.id);
      EXPECT_TRUE(before == origins_.end() || before->second == row.origin);
      origins.emplace(row.id, row.origin);
    }));
    origins_ = std::move(origins);
  }

  // Found the slow way: adds until nothing is added.
  static std::set<Uuid> least_closure(const planning::Source& source) {
    std::set<Uuid> members;
    const auto add = [&](planning::Index i) { return !source[i].is_copy() && members.insert(source[i].id).second; };
    for (bool grown = true; grown;) {
      grown = false;
      for (planning::Index i = 0; i < source.size(); ++i) {
        std::vector<planning::Index> refs;
        for (std::size_t n = 0; n < planning::count_ids(source[i].refs); ++n) {
          const planning::Index to = source.find(planning::id_at(source[i].refs, n));
          if (to != planning::kNone) refs.push_back(to);
        }
        if (source[i].syncable && add(i)) grown = true;
        if (members.contains(source[i].id)) {
          for (const planning::Index to : refs) grown = add(to) || grown;
        }
        if (source[i].kind != Kind::evaluation || source[i].is_copy()) continue;
        std::erase_if(refs, [&](planning::Index to) { return source[to].kind != Kind::agent; });
        const bool follows = !refs.empty() && std::all_of(refs.begin(), refs.end(), [&](planning::Index agent) {
          return members.contains(source[agent].id);
        });
        if (follows && add(i)) grown = true;
      }
    }
    return members;
  }

  // What a sync takes, and after a whole run the copies that are live, is the least closure and the whole of it.
  void expect_closure(bool is_whole) {
    const auto transaction = must(world_.database().begin_read(db::deployment()));
    PromotionRequest wanted = request(all_steps());
    wanted.include_unchanged = true;
    const Computed computed = must(compute(transaction->connection(), wanted, {"dev", "prod"}));
    const Snapshot& snapshot = computed.selection.snapshot;
    const std::set<Uuid> least = least_closure(snapshot.source);
    std::set<Uuid> members;
    for (const planning::Index member : computed.selection.closure.members) members.insert(snapshot.source[member].id);
    EXPECT_EQ(members, least);
    if (!is_whole) return;
    planning::TargetIds ids("dev", "prod");
    std::map<Uuid, const planning::TargetRow*> rows;
    for (const planning::TargetRow& row : snapshot.target.rows()) {
      ids.note(row);
      rows.emplace(row.id, &row);
      if (row.synced_from != "dev" || !row.live) continue;
      EXPECT_TRUE(least.contains(row.origin));
    }
    for (const Uuid& member : least) {
      const auto row = rows.find(ids.of(member));
      ASSERT_NE(row, rows.end());
      EXPECT_TRUE(row->second->live || row->second->synced_from != "dev");
    }
  }

  // The target is as it was before the run; then it is as after it again, and once more as before.
  void expect_undone(const Uuid& run, const std::string& before, const std::string& after) {
    const std::optional<Uuid> undone = undo(run);
    ASSERT_EQ(world_.dump(kHistory), before);
    if (!undone) return;
    ASSERT_TRUE(undo(*undone));
    ASSERT_EQ(world_.dump(kHistory), after);
    ASSERT_TRUE(undo(run));
    ASSERT_EQ(world_.dump(kHistory), before);
  }

  // A whole run and seven steps, each from the same state at the same time, end in the same one.
  void expect_steps_come_to_a_whole_run(PromotionRequest wanted) {
    const TimeMs now = now_;
    wanted.prune = false;
    wanted.prune_limit = std::nullopt;
    wanted.steps = all_steps();
    const std::optional<Uuid> whole = run(wanted);
    ASSERT_TRUE(whole);
    const std::string after = without_ciphertexts(world_.dump(without_watermarks()));
    undo(*whole);
    now_ = now;
    for (const Kind step : all_steps()) {
      wanted.steps = {step};
      run(wanted);
    }
    ASSERT_EQ(without_ciphertexts(world_.dump(without_watermarks())), after);
    now_ = now + 100;
  }

  std::mt19937 random_;
  std::vector<Uuid> ids_;  // in the source
  std::vector<Uuid> own_;
  std::vector<Uuid> releases_;
  std::map<Uuid, Uuid> origins_;  // of copies, as they were

 private:
  static std::string with(const store::ResourceRow& row, const Uuid& other) {
    std::vector<Uuid> refs = store::unpack_ids(row.refs.value_or(""));
    refs.push_back(other);
    return store::pack_ids(std::move(refs));
  }
};

TEST_P(Histories, HoldInEachWorld) {
  for (unsigned round = 0; round < kRounds && !HasFailure(); ++round) {
    SCOPED_TRACE("round " + std::to_string(round));
    now_ += 1000;
    happen();
    if (below(8) == 0) make_release();
    now_ += 1000;
    PromotionRequest wanted = some_sync();
    const std::string before = world_.dump(kHistory);
    std::optional<Uuid> first;
    for (; !first; wanted.prune = false) {
      EXPECT_EQ(meaning(wanted, false), meaning(wanted, true));
      first = run(wanted);
      if (first) break;
      ASSERT_EQ(world_.dump(kHistory), before);
      ASSERT_TRUE(wanted.prune);
    }
    holds("an incremental plan is the full plan");
    const std::string after = world_.dump(kHistory);
    expect_plan_of_nothing(wanted);
    holds("a plan after a sync is of nothing");
    expect_ids();
    holds("ids are stable, and one for each original");
    if (!wanted.release_id) {
      expect_closure(wanted.steps.size() == kKinds.size());
      holds("the closure is closed and the least");
    }
    now_ += 10;
    const bool has_seen =
        has_watermarks();  // Else the first run has forgotten them, and the second looks at all again.
    const std::string content = world_.dump(without_watermarks());
    const std::optional<Uuid> again = run(wanted);
    ASSERT_EQ(world_.dump(without_watermarks()), content);
    if (has_seen) {
      ASSERT_EQ(world_.dump(kHistory), after);
    } else if (again) {
      undo(*again);
    }
    holds("a sync twice is a sync once");
    expect_undone(*first, before, after);
    if (HasFatalFailure()) return;
    holds("a rollback after a sync is as if neither had been");
    now_ += 10;
    expect_steps_come_to_a_whole_run(wanted);
    if (HasFatalFailure()) return;
    holds("seven steps in order are a whole run");
  }
}

TEST_P(Histories, AreRightAfterAnyRunWasUndone) {
  std::vector<Uuid> runs;
  for (unsigned round = 0; round < kRounds && !HasFailure(); ++round) {
    SCOPED_TRACE("round " + std::to_string(round));
    now_ += 1000;
    happen();
    now_ += 1000;
    const std::optional<Uuid> run = this->run(some_sync());
    if (run) runs.push_back(*run);
    if (!runs.empty() && below(2) == 0) {
      const Uuid& past = runs[runs.size() - 1 - below(std::min<std::size_t>(runs.size(), 3))];
      (void)roll_back(services(), {.principal = request({}).principal, .run = past, .overwrite_edits = true}).ok();
    }
    if (below(2) == 0) happen();
    now_ += 1000;
    const PromotionRequest wanted = some_sync();
    EXPECT_EQ(meaning(wanted, false), meaning(wanted, true));
    if (this->run(wanted)) expect_plan_of_nothing(wanted);
    holds("a sync is right after any of the last runs was undone");
  }
}

unsigned wanted_worlds(const char* name, unsigned otherwise) {
  const char* wanted = std::getenv(name);
  return wanted == nullptr ? otherwise : static_cast<unsigned>(std::strtoul(wanted, nullptr, 10));
}

std::vector<Case> cases() {
  (void)counter();
  std::vector<Case> cases;
  const auto add = [&](test::Engine engine, unsigned worlds) {
    for (unsigned seed = 1; test::is_available(engine) && seed <= (worlds + kRounds - 1) / kRounds; ++seed) {
      cases.emplace_back(engine, seed);
    }
  };
  add(test::Engine::sqlite, wanted_worlds("SYNCLINE_WORLDS", 800));
  add(test::Engine::postgres, wanted_worlds("SYNCLINE_WORLDS_POSTGRES", 80));
  return cases;
}

std::string name_of(const testing::TestParamInfo<Case>& info) {
  const bool is_sqlite = std::get<0>(info.param) == test::Engine::sqlite;
  return (is_sqlite ? "sqlite_" : "postgres_") + std::to_string(std::get<1>(info.param));
}
INSTANTIATE_TEST_SUITE_P(Random, Histories, testing::ValuesIn(cases()), name_of);

}  // namespace
}  // namespace syncline::promotion
