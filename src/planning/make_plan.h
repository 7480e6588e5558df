#pragma once
// What a sync does to the target: S20, S21, X18, X26, X30.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "planning/closure.h"

namespace syncline::planning {

enum class Action { created, updated, unchanged, conflict, excluded };
std::string_view action_name(Action action);  // "created": as in reports

struct Change {
  Index resource = kNone;
  Uuid id;  // in the target
  Action action = Action::unchanged;
  bool drifted = false;                        // the copy was edited in the target: it is overwritten, or kept (X42)
  Index existing = kNone;                      // the target's row
  bool overridden = false;                     // the target has an override of the copy (X43)
  std::optional<ExclusionReason> reason = {};  // of what is excluded
  Digest digest = {};                          // what the copy is to have
  std::string exceptions = {};                 // packed pairs: id in the source, id in the target (X18)
};

struct Mark {
  Uuid id;
  bool live = false;
};

// A reference of a copy that names nothing in the target.
struct Dangling {
  Uuid from;  // both in the target
  Uuid to;
  Kind from_kind = Kind::document;
  std::optional<Kind> kind = {};          // of what it should name, when that is known
  std::optional<Kind> fixed_by = {};      // the step that brings it
  std::string_view fixed_by_source = {};  // when another tenant's sync does
};

// What a selection of members says about the copies that are not among them.
enum class Marking {
  none,   // named roots say nothing about the closure of the flagged ones
  taken,  // members are in the closure; the others are as they were
  all,    // and nothing else is
};

// What becomes of copies that were edited in the target (X42). What is to fail is planned as what is overwritten.
enum class OnDrift { overwrite, keep, fail };
std::string_view on_drift_name(OnDrift on_drift);  // "keep": as in requests
std::optional<OnDrift> on_drift_of(std::string_view name);

struct PlanRequest {
  std::string_view source;
  std::string_view target;
  Kinds steps;
  Marking marking = Marking::all;
  OnDrift on_drift = OnDrift::overwrite;
  bool keep_credentials = false;  // connections arrive without theirs
};

struct Plan {
  std::vector<Change> changes;  // one for each member of the steps, in the order of kinds, then of source ids
  std::vector<Mark> marks;      // of rows that are not written otherwise, where the mark changes
  std::vector<Dangling> dangling;
};

// `target` has every row that has been adopted, and every one that has the id of a member's copy, or what a member's
// reference is mapped to.
Plan make_plan(const PlanRequest& request, const Source& source, const Target& target, const Closure& closure);

}  // namespace syncline::planning
