// What holds of plans over many random worlds: a closure is closed and no larger than it must be, a plan that has been
// applied leaves nothing to do, and the seven steps in order come to the same as one run of all.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "planning/plan_digest.h"
#include "planning/sync_id.h"

namespace syncline::planning {
namespace {

constexpr unsigned kWorlds = 20'000;

using Random = std::mt19937;

// A small tenant: most kinds, references anywhere (also in circles, to itself, to nothing), some synced copies.
struct World {
  explicit World(unsigned seed) : random(seed) {
    const std::size_t size = 1 + below(14);
    for (std::size_t i = 0; i < size; ++i) ids.push_back(make_uuid5(kSyncNamespace, std::to_string(seed * 64 + i)));
    for (std::size_t i = 0; i < size; ++i) rows.push_back(any_row(i));
  }

  std::size_t below(std::size_t bound) { return random() % bound; }

  Resource any_row(std::size_t i) {
    Resource row{.id = ids[i], .kind = static_cast<Kind>(below(kKinds.size())), .syncable = below(4) == 0};
    row.digest[0] = static_cast<std::uint8_t>(below(256));
    if (below(8) == 0) {
      row.synced_from = below(2) == 0 ? "lib" : "prod";
      row.origin = make_uuid5(kSyncNamespace, "origin" + std::to_string(below(4)));
      return row;
    }
    std::set<Uuid> to;
    for (std::size_t n = below(4); n > 0; --n) to.insert(ids[below(ids.size())]);
    if (below(6) == 0) to.insert(make_uuid5(kSyncNamespace, "missing" + std::to_string(below(3))));
    std::string& refs = texts.emplace_back();
    for (const Uuid& id : to) refs += id.view();
    return row;
  }

  // Views into what is kept here.
  Source source() {
    Source made;
    auto refs = texts.begin();
    for (Resource row : rows) {
      if (!row.is_copy()) row.refs = *refs++;
      made.add(row);
    }
    return made;
  }

  Random random;
  std::vector<Uuid> ids;
  std::vector<Resource> rows;
  std::vector<std::string> texts;  // refs of the tenant's own, in their order
};

// The target as a table, and what applying a plan writes there.
struct Tables {
  std::map<Uuid, TargetRow> rows;
  std::map<Uuid, std::string> exceptions;

  Target target() const {
    Target made;
    for (const auto& [id, row] : rows) {
      TargetRow copy = row;
      copy.exceptions = exceptions.at(id);
      made.add(copy);
    }
    return made;
  }

  void apply(const Plan& plan, const Source& source) {
    for (const Change& change : plan.changes) {
      if (change.action != Action::created && change.action != Action::updated) continue;
      const Resource& original = source[change.resource];
      rows[change.id] = {.id = change.id,
                         .kind = original.kind,
                         .synced_from = "dev",
                         .origin = original.id,
                         .digest = change.digest,
                         .live = true};
      exceptions[change.id] = change.exceptions;
    }
    for (const Mark& mark : plan.marks) rows.at(mark.id).live = mark.live;
  }

  // What the target had before: copies of some, one of them edited, one of something that is gone, a resource of its
  // own.
  void fill(World& world) {
    const SyncIds derived("dev", "prod");
    for (const Resource& row : world.rows) {
      if (row.is_copy() || world.below(3) != 0) continue;
      const bool edited = world.below(4) == 0;
      add({.id = derived.of(row.id),
           .kind = row.kind,
           .synced_from = world.below(8) == 0 ? "other" : "dev",
           .origin = row.id,
           .digest = world.below(2) == 0 ? row.digest : Digest{},
           .edited = edited,
           .live = world.below(2) == 0,
           .changed_at = edited ? 1 : 0});
    }
    const Uuid gone = make_uuid5(kSyncNamespace, "gone");
    add({.id = derived.of(gone), .kind = Kind::tool, .synced_from = "dev", .origin = gone, .live = true});
  }

  void add(const TargetRow& row) {
    rows[row.id] = row;
    exceptions[row.id] = "";
  }

  std::string text() const {
    std::string out;
    for (const auto& [id, row] : rows) {
      out += id.text() + std::string(row.synced_from) + row.origin.text() + exceptions.at(id);
      out.append(reinterpret_cast<const char*>(row.digest.data()), row.digest.size());
      out += row.live ? "+" : "-";
    }
    return out;
  }
};

Plan plan_of(const Source& source, const Target& target, const Closure& closure, const Kinds& steps) {
  return make_plan({.source = "dev", .target = "prod", .steps = steps}, source, target, closure);
}
Kinds all_steps() { return Kinds().set(); }

// What must be in the closure, found the slow way: adds until nothing is added.
std::set<Index> least_closure(const Source& source, const std::set<Index>& left_out) {
  std::set<Index> members;
  const auto add = [&](Index i) { return !source[i].is_copy() && !left_out.contains(i) && members.insert(i).second; };
  const auto refs_of = [&](Index i) {
    std::vector<Index> found;
    for (std::size_t n = 0; n < count_ids(source[i].refs); ++n) found.push_back(source.find(id_at(source[i].refs, n)));
    std::erase(found, kNone);
    return found;
  };
  for (bool grown = true; grown;) {
    grown = false;
    for (Index i = 0; i < source.size(); ++i) {
      if (source[i].syncable && add(i)) grown = true;
      if (members.contains(i)) {
        for (const Index to : refs_of(i)) grown = add(to) || grown;
      }
      if (source[i].kind != Kind::evaluation || source[i].is_copy()) continue;
      std::vector<Index> agents = refs_of(i);
      std::erase_if(agents, [&](Index to) { return source[to].kind != Kind::agent; });
      const bool follows = !agents.empty() && std::all_of(agents.begin(), agents.end(),
                                                          [&](Index agent) { return members.contains(agent); });
      if (follows && add(i)) grown = true;
    }
  }
  return members;
}

// Over all worlds, with what the target had before.
template <typename Check>
void for_each_world(Check check) {
  for (unsigned seed = 0; seed < kWorlds && !testing::Test::HasFailure(); ++seed) {
    SCOPED_TRACE(seed);
    World world(seed);
    Tables tables;
    tables.fill(world);
    check(world, tables);
  }
}

TEST(RandomWorlds, AClosureIsClosedAndTheLeast) {
  for_each_world([](World& world, Tables&) {
    const Source source = world.source();
    const Closure closure = select_closure(source, std::nullopt);
    const std::set<Index> members(closure.members.begin(), closure.members.end());

    EXPECT_EQ(members.size(), closure.members.size());
    EXPECT_EQ(members, least_closure(source, {}));
  });
}

TEST(RandomWorlds, WhatIsLeftOutBringsNothing) {
  for_each_world([](World& world, Tables&) {
    const Source source = world.source();
    const auto unwanted = static_cast<Index>(world.below(source.size()));
    const Closure closure = select_closure(source, std::nullopt, {unwanted});

    EXPECT_EQ(std::set<Index>(closure.members.begin(), closure.members.end()), least_closure(source, {unwanted}));
  });
}

TEST(RandomWorlds, AfterASyncThereIsNothingToDo) {
  for_each_world([](World& world, Tables& tables) {
    const Source source = world.source();
    const Closure closure = select_closure(source, std::nullopt);
    tables.apply(plan_of(source, tables.target(), closure, all_steps()), source);
    const std::string once = tables.text();

    const Plan again = plan_of(source, tables.target(), closure, all_steps());
    tables.apply(again, source);

    for (const Change& change : again.changes) {
      EXPECT_TRUE(change.action == Action::unchanged || change.action == Action::conflict);
    }
    EXPECT_TRUE(again.marks.empty());
    EXPECT_EQ(tables.text(), once);
  });
}

TEST(RandomWorlds, SevenStepsComeToTheSameAsOneRun) {
  for_each_world([](World& world, Tables& tables) {
    const Source source = world.source();
    const Closure closure = select_closure(source, std::nullopt);
    Tables step_by_step = tables;

    tables.apply(plan_of(source, tables.target(), closure, all_steps()), source);
    for (std::size_t step = 0; step < kKinds.size(); ++step) {
      step_by_step.apply(plan_of(source, step_by_step.target(), closure, Kinds().set(step)), source);
    }

    EXPECT_EQ(step_by_step.text(), tables.text());
  });
}

TEST(RandomWorlds, IdsAreStableAndTheirOwn) {
  for_each_world([](World& world, Tables& tables) {
    const Source source = world.source();
    const Closure closure = select_closure(source, std::nullopt);
    const Plan plan = plan_of(source, tables.target(), closure, all_steps());
    std::set<Uuid> ids;

    for (const Change& change : plan.changes) {
      EXPECT_EQ(change.id, SyncIds("dev", "prod").of(source[change.resource].id));
      EXPECT_TRUE(ids.insert(change.id).second);
    }
  });
}

TEST(RandomWorlds, ThePlansDigestMovesWithEachChangeAndOnlyWithThem) {
  for_each_world([](World& world, Tables& tables) {
    const auto digest = [&] {
      const Source source = world.source();
      const Target target = tables.target();
      const Plan plan = plan_of(source, target, select_closure(source, std::nullopt), all_steps());
      return plan_digest("dev", "prod", "{}", change_states(plan, source, target));
    };
    const Source before = world.source();
    const std::set<Index> members = least_closure(before, {});
    const Digest first = digest();
    const auto touched = static_cast<Index>(world.below(before.size()));

    world.rows[touched].digest[1] ^= 1;

    EXPECT_EQ(digest() != first, members.contains(touched));
  });
}

}  // namespace
}  // namespace syncline::planning
