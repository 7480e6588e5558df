#pragma once
// What is different between two JSON values, said as a person would: by members and list entries, not by lines.
//
// List entries are matched by what they are: objects by a reference they hold, or their `id`, `key` or `name`; others
// by being equal, and between two equal ones by their position. So an entry that has moved is moved, and one that has
// changed is changed, wherever it stands.

#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"

namespace syncline::planning {

enum class DiffOp { added, removed, changed, moved };
std::string_view op_name(DiffOp op);  // "added": as in plans

// Pointers (RFC 6901) are into the value after; only those of removed entries, and `from`, end with the entry's
// position in the list before.
struct FieldChange {
  std::string pointer;
  DiffOp op = DiffOp::changed;
  json::Value before = {};  // of removed and changed
  json::Value after = {};   // of added and changed
  std::string from = {};    // of moved
};

// `pointer` stands before those of the changes. The order of an object's members does not matter.
std::vector<FieldChange> diff_values(const json::Value& before, const json::Value& after,
                                     const std::string& pointer = "");

// Which lines of a text go and come, in the unified format with three lines around each change and without a header.
// Beyond `most` lines it is cut, and the last line says so; of a very long line only what differs is shown.
std::string diff_texts(std::string_view before, std::string_view after, std::size_t most = 400);

// Whether the change from one to the other is read better as lines than as two values: both are texts, and one is long.
bool reads_as_lines(const json::Value& before, const json::Value& after);

}  // namespace syncline::planning
