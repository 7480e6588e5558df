#pragma once
// Which entries of lists are the same thing, whatever their places: the rule of planning/diff and planning/three_way.

#include <string>
#include <vector>

#include "base/json.h"
#include "planning/sequences.h"

namespace syncline::planning {

// The text of a value in which members are sorted: equal values have equal texts.
std::string canonical(const json::Value& value);

// Names each entry: by what it is, else by its text, and the second of a name as the second.
std::vector<std::string> names_of_entries(const json::Array& entries);

// Pairs of entries that are the same thing, in the order of `after`.
std::vector<Match> match_entries(const json::Array& before, const json::Array& after);

// Marks the matches that have moved: all but the most that can have stayed as they are.
std::vector<bool> moved_entries(const std::vector<Match>& matches);

}  // namespace syncline::planning
