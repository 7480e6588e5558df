#pragma once
// Whether a plan still means what was seen, and if not, what moved and who moved it.

#include <string>
#include <string_view>
#include <vector>

#include "promotion/compute.h"
#include "promotion/items.h"
#include "store/plans.h"

namespace syncline::promotion {

// A change as the plan saw it.
struct StoredState {
  Uuid id;  // in the target
  Uuid source_id;
  Kind kind = Kind::document;
  std::string name;
  std::string source;  // hexadecimal digests of the states of both sides
  std::string target;
};
// A plan somebody wants to apply, and what it kept for that day.
struct StoredPlan {
  store::PlanRow row;
  std::vector<StoredState> states = {};
  Additions additions = {};  // for the report: what changed in each item
};
Result<StoredPlan> read_stored_plan(db::Connection& connection, store::PlanRow row);
// That of a sync. None without an id. Errors: those of take_plan.
Result<std::optional<StoredPlan>> load_stored_plan(db::Connection& connection, const Pair& pair,
                                                   const std::optional<Uuid>& id, TimeMs now);

// What read_stored_plan reads: a JSON object with a list of states, for each the pointers of what changes in it, and a
// graph, which is JSON.
std::string write_states(const std::vector<StoredState>& states, const Additions& changes, std::string_view graph);
// Of a sync: each change with the state of both sides and the pointers of what changes in it, a JSON
// array by the target's id; and the plan's graph.
std::string states_json(const Computed& computed, const Additions& changes);
Digest digest_of(const Computed& computed, std::string_view options);

// Error: conflict `plan_stale`, with `moved`: [{kind, id, name, side, change, by, at}]. `change`: created | edited |
// deleted | synced | rolled_back, or, when something else moved, taken | left_out.
Done check_unmoved(db::Connection& connection, const StoredPlan& plan, const Computed& computed);
// The same error, for a plan whose states are others now.
Done refuse_moved(db::Connection& connection, const StoredPlan& plan, const std::vector<StoredState>& states);

}  // namespace syncline::promotion
