#pragma once
// What two values have become of the one they both were, field by field, said as planning/diff says what is different.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "planning/diff.h"

namespace syncline::planning {

enum class FieldState { source_only, target_only, same, conflict };
std::string_view state_name(FieldState state);  // "source_only": as in drift

// What has been done to a field since it was the same on both sides.
struct SideChange {
  DiffOp op = DiffOp::changed;
  std::string from = {};  // of moved: the entry's place in the list before, and its place in that of this side
  std::string to = {};
};

// Pointers are into the target, or where it has nothing, into what was synced, else into the source. A value is
// nullptr when a side has none; of an entry that has only moved, on all sides.
struct ThreeWayField {
  std::string pointer;
  FieldState state = FieldState::conflict;
  const json::Value* synced = nullptr;
  const json::Value* source = nullptr;
  const json::Value* target = nullptr;
  std::optional<SideChange> in_source = {};
  std::optional<SideChange> in_target = {};
};

// Sides that are not known are nullptr: without the source all is `target_only`, and without what was synced all that
// differs is `conflict`, as nobody knows who has changed it.
struct ThreeSides {
  const json::Value* synced = nullptr;
  const json::Value* source = nullptr;
  const json::Value* target = nullptr;  // always known
};

// In the order of pointers. Values point into those given.
std::vector<ThreeWayField> compare_sides(const ThreeSides& sides);

}  // namespace syncline::planning
