#pragma once
// The JSON that reports and plans have in common: items, references, variables, counts.

#include <string>
#include <string_view>
#include <unordered_map>

#include "promotion/orphans.h"
#include "promotion/outcome.h"
#include "promotion/select.h"

namespace syncline::promotion {

// What else is said of an item, as the end of its JSON object (",\"changes\":[…]"), by the target's id.
using Additions = std::unordered_map<Uuid, std::string, UuidHash>;

void append_id(std::string& out, const Uuid& id);
void append_kind(std::string& out, std::optional<Kind> kind);
// Members after others: ,"items":[…] and so on.
void append_items(std::string& out, const Selection& selection, const planning::Plan& plan, const Outcome& outcome,
                  const Additions& additions, const std::vector<Orphan>& pruned, bool include_unchanged);
void append_dangling(std::string& out, const Outcome& outcome);
void append_missing_variables(std::string& out, const std::vector<MissingVariable>& variables);
void append_warnings(std::string& out, const std::vector<std::string>& warnings);
void append_steps(std::string& out, const std::vector<Kind>& steps);
void append_by_step(std::string& out, const std::vector<Kind>& steps, const Outcome& outcome);

std::string counts_json(const Counts& counts);
Counts total(const Outcome& outcome);

// Objects, as they stand in reports and watermarks.
std::string excluded_item(const Selection& selection, const planning::Excluded& excluded);
// `by`: the member that refers to it; none when it was named.
std::string built_in_item(const Selection& selection, std::string_view name, planning::Index by);
std::string dangling_object(const planning::Dangling& dangling);
// A JSON array of objects already written.
std::string join_objects(const std::vector<std::string>& objects);

}  // namespace syncline::promotion
