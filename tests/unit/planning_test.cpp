#include <gtest/gtest.h>

#include <deque>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "planning/closure.h"
#include "planning/make_plan.h"
#include "planning/sync_id.h"

namespace syncline::planning {
namespace {

Uuid id_of(int number) {
  Uuid id;
  id.bytes[6] = 0x70;
  id.bytes[14] = static_cast<std::uint8_t>(number >> 8);
  id.bytes[15] = static_cast<std::uint8_t>(number);
  return id;
}

Uuid uuid(std::string_view text) { return parse_uuid(text).value(); }

struct Traits {
  bool syncable = false;
  std::string_view synced_from = {};
  int origin = 0;
};

// A tenant's resources by small numbers.
class World {
 public:
  World& has(int id, Kind kind, const std::vector<int>& refs = {}, const Traits& traits = {}) {
    std::string& packed = texts_.emplace_back();
    for (const int ref : refs) packed += id_of(ref).view();
    source.add({.id = id_of(id),
                .kind = kind,
                .syncable = traits.syncable,
                .name = names_.emplace_back("r" + std::to_string(id)),
                .synced_from = traits.synced_from,
                .origin = id_of(traits.origin),
                .refs = packed});
    return *this;
  }

  std::set<int> members(const std::optional<std::vector<Index>>& roots = std::nullopt) const {
    std::set<int> ids;
    for (const Index member : select_closure(source, roots).members) ids.insert(source[member].id.bytes[15]);
    return ids;
  }

  Source source;

 private:
  std::deque<std::string> texts_;
  std::deque<std::string> names_;
};

constexpr Traits kSyncable{.syncable = true};
const Kinds kAll = Kinds().set();

Plan plan_of(const World& world, const Target& target, const Kinds& steps = kAll) {
  return make_plan({.source = "dev", .target = "prod", .steps = steps}, world.source, target,
                   select_closure(world.source, std::nullopt));
}

TargetRow copy_of(int original, Kind kind) {
  return {.id = SyncIds("dev", "prod").of(id_of(original)),
          .kind = kind,
          .synced_from = "dev",
          .origin = id_of(original),
          .live = true};
}

TEST(SyncId, IsWhatTheDocumentSays) {
  const Uuid original = uuid("0190a5f2-3c00-7000-8000-000000000001");

  EXPECT_EQ(SyncIds("acme-dev", "acme-staging").of(original).text(), "eafb8bb7-e757-50f8-99b1-892544386e07");
  EXPECT_EQ(SyncIds("acme-dev", "acme-prod").of(original).text(), "c45a21a9-5efc-52cd-9f99-6c3f32d58950");
  EXPECT_EQ(SyncIds("acme-staging", "acme-prod").of(original).text(), "44144adc-1c1a-516b-93d1-6345ba40b9ce");
  EXPECT_EQ(SyncIds("a", "b").of(Uuid{}).text(), "ad757515-43f2-50b3-b6bf-5e545f950d07");
  EXPECT_EQ(SyncIds("acme-dev", "acme-staging").of(uuid("FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF")).text(),
            "eed1d091-d49e-5ac6-985a-65b7c4c08276");
}

TEST(IdIndex, FindsEachOfMany) {
  IdIndex index;
  for (int i = 0; i < 5000; ++i) index.insert(id_of(i), static_cast<Index>(i));

  EXPECT_EQ(index.find(id_of(0)), 0U);
  EXPECT_EQ(index.find(id_of(4999)), 4999U);
  EXPECT_EQ(index.find(id_of(5000)), kNone);
}

TEST(SelectClosure, AgentBringsItsToolAndTheToolsConnection) {
  World world;
  world.has(1, Kind::connection).has(2, Kind::tool, {1}).has(3, Kind::agent, {2}, kSyncable).has(4, Kind::tool);

  const Closure closure = select_closure(world.source, std::nullopt);

  EXPECT_EQ(closure.members, (std::vector<Index>{2, 1, 0}));
  EXPECT_EQ(closure.via, (std::vector<Index>{1, 2, kNone, kNone}));
  EXPECT_TRUE(closure.excluded.empty());
}

TEST(SelectClosure, CyclesAreOrdinary) {
  World world;
  world.has(1, Kind::workflow, {2}).has(2, Kind::agent, {1, 2}, kSyncable);

  EXPECT_EQ(world.members(), (std::set{1, 2}));
}

TEST(SelectClosure, ALongChainIsNoMatterOfTheStack) {
  World world;
  for (int i = 0; i < 60'000; ++i) world.has(i, Kind::agent, {i + 1}, {.syncable = i == 0});

  EXPECT_EQ(select_closure(world.source, std::nullopt).members.size(), 60'000U);
}

TEST(SelectClosure, CopiesAreLeftOutWhateverTheirFlagAndWhoeverRefersToThem) {
  World world;
  world.has(1, Kind::tool, {}, {.syncable = true, .synced_from = "lib", .origin = 9})
      .has(2, Kind::tool, {}, {.synced_from = "lib", .origin = 8})
      .has(3, Kind::agent, {2}, kSyncable);

  const Closure closure = select_closure(world.source, std::nullopt);

  EXPECT_EQ(closure.members, (std::vector<Index>{2}));
  ASSERT_EQ(closure.excluded.size(), 2U);
  EXPECT_EQ(closure.excluded[0].id, id_of(1));
  EXPECT_EQ(closure.excluded[0].by, kNone);
  EXPECT_EQ(closure.excluded[1].id, id_of(2));
  EXPECT_EQ(closure.excluded[1].by, 2U);
  EXPECT_EQ(closure.excluded[1].reason, ExclusionReason::synced_copy);
}

TEST(SelectClosure, AReferenceToNothingIsReportedOnce) {
  World world;
  world.has(1, Kind::tool, {7}, kSyncable).has(2, Kind::tool, {7}, kSyncable);

  const Closure closure = select_closure(world.source, std::nullopt);

  ASSERT_EQ(closure.excluded.size(), 1U);
  EXPECT_EQ(closure.excluded[0].reason, ExclusionReason::missing);
  EXPECT_EQ(closure.loose.size(), 2U);
}

TEST(SelectClosure, EvaluationsFollowTheirAgents) {
  World world;
  world.has(1, Kind::agent, {}, kSyncable)
      .has(2, Kind::agent)
      .has(3, Kind::evaluation, {1})
      .has(4, Kind::evaluation, {1, 2})
      .has(5, Kind::evaluation);

  EXPECT_EQ(world.members(), (std::set{1, 3}));
}

TEST(SelectClosure, AnEvaluationMayBringWhatLetsAnotherFollow) {
  World world;
  world.has(1, Kind::agent, {}, kSyncable)
      .has(2, Kind::agent)
      .has(3, Kind::evaluation, {1, 6})
      .has(4, Kind::evaluation, {2})
      .has(6, Kind::workflow, {2});

  EXPECT_EQ(world.members(), (std::set{1, 2, 3, 4, 6}));
}

TEST(SelectClosure, AnEvaluationOfACopyDoesNotFollow) {
  World world;
  world.has(1, Kind::agent, {}, {.syncable = true, .synced_from = "lib", .origin = 9}).has(2, Kind::evaluation, {1});

  EXPECT_EQ(world.members(), std::set<int>{});
}

TEST(SelectClosure, RootsTakeThePlaceOfFlags) {
  World world;
  world.has(1, Kind::tool).has(2, Kind::agent, {1}).has(3, Kind::agent, {}, kSyncable);

  EXPECT_EQ(world.members(std::vector<Index>{1}), (std::set{1, 2}));
}

TEST(MakePlan, AbsentIsCreatedSameIsUnchangedDifferentIsUpdated) {
  World world;
  world.has(1, Kind::tool, {}, kSyncable).has(2, Kind::tool, {}, kSyncable).has(3, Kind::tool, {}, kSyncable);
  Target target;
  target.add(copy_of(2, Kind::tool));
  TargetRow old = copy_of(3, Kind::tool);
  old.digest[0] = 1;
  target.add(old);

  const Plan plan = plan_of(world, target);

  ASSERT_EQ(plan.changes.size(), 3U);
  EXPECT_EQ(plan.changes[0].action, Action::created);
  EXPECT_EQ(plan.changes[0].id, SyncIds("dev", "prod").of(id_of(1)));
  EXPECT_EQ(plan.changes[1].action, Action::unchanged);
  EXPECT_EQ(plan.changes[2].action, Action::updated);
  EXPECT_FALSE(plan.changes[2].drifted);
  EXPECT_TRUE(plan.marks.empty());
}

TEST(MakePlan, AnEditedCopyIsOverwrittenAndSaidToHaveDrifted) {
  World world;
  world.has(1, Kind::tool, {}, kSyncable);
  TargetRow edited = copy_of(1, Kind::tool);
  edited.edited = true;
  Target target;
  target.add(edited);

  const Plan plan = plan_of(world, target);

  EXPECT_EQ(plan.changes[0].action, Action::updated);
  EXPECT_TRUE(plan.changes[0].drifted);
}

TEST(MakePlan, AnIdTakenByAnotherIsAConflict) {
  World world;
  world.has(1, Kind::tool, {}, kSyncable);
  TargetRow other = copy_of(1, Kind::tool);
  other.synced_from = {};
  Target target;
  target.add(other);

  EXPECT_EQ(plan_of(world, target).changes[0].action, Action::conflict);
}

TEST(MakePlan, AReferenceToACopyLeadsToItsOrigin) {
  World world;
  world.has(1, Kind::tool, {}, {.synced_from = "prod", .origin = 8})
      .has(2, Kind::tool, {}, {.synced_from = "lib", .origin = 9})
      .has(3, Kind::agent, {1, 2}, kSyncable);
  Target target;
  target.add({.id = id_of(8), .kind = Kind::tool});

  const Plan plan = plan_of(world, target);

  const Uuid of_lib = SyncIds("lib", "prod").of(id_of(9));
  std::string pairs;
  for (const Uuid& id : {id_of(1), id_of(8), id_of(2), of_lib}) pairs += id.view();
  EXPECT_EQ(plan.changes[0].exceptions, pairs);
  ASSERT_EQ(plan.dangling.size(), 1U);
  EXPECT_EQ(plan.dangling[0].to, of_lib);
  EXPECT_EQ(plan.dangling[0].fixed_by, Kind::tool);
  EXPECT_EQ(plan.dangling[0].fixed_by_source, "lib");
}

TEST(MakePlan, AStepOutOfOrderSaysWhatDanglesAndWhichStepBringsIt) {
  World world;
  world.has(1, Kind::tool).has(2, Kind::agent, {1}, kSyncable);

  const Plan plan = plan_of(world, {}, Kinds().set(static_cast<std::size_t>(Kind::agent)));

  ASSERT_EQ(plan.changes.size(), 1U);
  ASSERT_EQ(plan.dangling.size(), 1U);
  EXPECT_EQ(plan.dangling[0].to, SyncIds("dev", "prod").of(id_of(1)));
  EXPECT_EQ(plan.dangling[0].fixed_by, Kind::tool);
}

TEST(MakePlan, CopiesOutOfTheClosureLoseTheirMark) {
  World world;
  world.has(1, Kind::tool).has(2, Kind::tool, {}, kSyncable);
  TargetRow unmarked = copy_of(2, Kind::tool);
  unmarked.live = false;
  Target target;
  target.add(copy_of(1, Kind::tool));
  target.add(unmarked);

  const Plan plan = plan_of(world, target);

  ASSERT_EQ(plan.marks.size(), 2U);
  EXPECT_TRUE(plan.marks[0].live);
  EXPECT_EQ(plan.marks[1].id, copy_of(1, Kind::tool).id);
  EXPECT_FALSE(plan.marks[1].live);
}

}  // namespace
}  // namespace syncline::planning
