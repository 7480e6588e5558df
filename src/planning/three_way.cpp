#include "planning/three_way.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "base/json_pointer.h"
#include "base/result.h"
#include "planning/entries.h"

namespace syncline::planning {
namespace {

bool same(const json::Value* left, const json::Value* right) {
  if (left == nullptr || right == nullptr) return left == right;
  return canonical(*left) == canonical(*right);
}

std::optional<SideChange> change_of(const json::Value* synced, const json::Value* now) {
  if (same(synced, now)) return std::nullopt;
  if (synced == nullptr) return SideChange{.op = DiffOp::added};
  return SideChange{.op = now == nullptr ? DiffOp::removed : DiffOp::changed};
}

FieldState state_of(bool source_changed, bool target_changed, bool alike) {
  if (!source_changed) return FieldState::target_only;
  if (!target_changed) return FieldState::source_only;
  return alike ? FieldState::same : FieldState::conflict;
}

// One entry of a list, with its place on each side that has it.
struct Entry {
  std::optional<std::size_t> synced = {};
  std::optional<std::size_t> source = {};
  std::optional<std::size_t> target = {};
  bool moved_in_source = false;
  bool moved_in_target = false;
};

const json::Value* entry_at(const json::Array& list, const std::optional<std::size_t>& place) {
  return place ? &list[*place] : nullptr;
}

using Place = std::optional<std::size_t> Entry::*;
using Moved = bool Entry::*;

// Notes where the entries of a side stand, and gives those that were not synced by their names.
std::map<std::string, std::size_t> note_side(const json::Array& synced, const json::Array& side, Place place,
                                             Moved moved, std::vector<Entry>& entries) {
  const std::vector<Match> matches = match_entries(synced, side);
  const std::vector<bool> has_moved = moved_entries(matches);
  std::vector<bool> known(side.size(), false);
  for (std::size_t i = 0; i < matches.size(); ++i) {
    Entry& entry = entries[matches[i].before];
    entry.*place = matches[i].after;
    entry.*moved = has_moved[i];
    known[matches[i].after] = true;
  }
  const std::vector<std::string> names = names_of_entries(side);
  std::map<std::string, std::size_t> added;
  for (std::size_t i = 0; i < side.size(); ++i) {
    if (!known[i]) added.emplace(names[i], i);
  }
  return added;
}

std::vector<Entry> entries_of(const json::Array& synced, const json::Array& source, const json::Array& target) {
  std::vector<Entry> entries(synced.size());
  for (std::size_t i = 0; i < synced.size(); ++i) entries[i].synced = i;
  auto in_source = note_side(synced, source, &Entry::source, &Entry::moved_in_source, entries);
  const auto in_target = note_side(synced, target, &Entry::target, &Entry::moved_in_target, entries);
  for (const auto& [name, place] : in_target) {
    Entry& entry = entries.emplace_back(Entry{.target = place});
    const auto other = in_source.find(name);
    if (other == in_source.end()) continue;
    entry.source = other->second;
    in_source.erase(other);
  }
  for (const auto& [name, place] : in_source) entries.push_back({.source = place});
  return entries;
}

class Comparison {
 public:
  std::vector<ThreeWayField> fields;

  void compare(const ThreeSides& sides, const std::string& pointer) {
    if (all_are(sides, [](const json::Value& value) { return value.object() != nullptr; }))
      compare_objects(sides, pointer);
    else if (all_are(sides, [](const json::Value& value) { return value.array() != nullptr; }))
      compare_lists(sides, pointer);
    else
      compare_values(sides, pointer);
  }

 private:
  template <typename Test>
  static bool all_are(const ThreeSides& sides, const Test& is) {
    const auto one = [&](const json::Value* value) { return value != nullptr && is(*value); };
    return one(sides.synced) && one(sides.source) && one(sides.target);
  }

  void compare_objects(const ThreeSides& sides, const std::string& pointer) {
    std::set<std::string_view> names;
    for (const json::Value* side : {sides.synced, sides.source, sides.target}) {
      for (const json::Member& member : side->object()->members()) names.insert(member.name);
    }
    for (const std::string_view name : names) {
      compare({.synced = sides.synced->at(name), .source = sides.source->at(name), .target = sides.target->at(name)},
              pointer + json::pointer_segment(name));
    }
  }

  void compare_lists(const ThreeSides& sides, const std::string& pointer) {
    const json::Array& synced = *sides.synced->array();
    const json::Array& source = *sides.source->array();
    const json::Array& target = *sides.target->array();
    const auto at = [&](std::size_t place) { return pointer + "/" + std::to_string(place); };
    for (const Entry& entry : entries_of(synced, source, target)) {
      const std::string place = at(entry.target ? *entry.target : entry.synced ? *entry.synced : *entry.source);
      if (entry.moved_in_source || entry.moved_in_target) add_moved(entry, pointer);
      compare({.synced = entry_at(synced, entry.synced),
               .source = entry_at(source, entry.source),
               .target = entry_at(target, entry.target)},
              place);
    }
  }

  void add_moved(const Entry& entry, const std::string& list) {
    const auto at = [&](const std::optional<std::size_t>& place) { return list + "/" + std::to_string(*place); };
    ThreeWayField field{.pointer = at(entry.target ? entry.target : entry.synced),
                        .state = state_of(entry.moved_in_source, entry.moved_in_target, entry.source == entry.target)};
    if (entry.moved_in_source) {
      field.in_source = SideChange{.op = DiffOp::moved, .from = at(entry.synced), .to = at(entry.source)};
    }
    if (entry.moved_in_target) {
      field.in_target = SideChange{.op = DiffOp::moved, .from = at(entry.synced), .to = at(entry.target)};
    }
    fields.push_back(std::move(field));
  }

  void compare_values(const ThreeSides& sides, const std::string& pointer) {
    std::optional<SideChange> in_source = change_of(sides.synced, sides.source);
    std::optional<SideChange> in_target = change_of(sides.synced, sides.target);
    if (!in_source && !in_target) return;
    fields.push_back({.pointer = pointer,
                      .state = state_of(in_source.has_value(), in_target.has_value(), same(sides.source, sides.target)),
                      .synced = sides.synced,
                      .source = sides.source,
                      .target = sides.target,
                      .in_source = std::move(in_source),
                      .in_target = std::move(in_target)});
  }
};

}  // namespace

std::string_view state_name(FieldState state) {
  constexpr std::string_view kNames[] = {"source_only", "target_only", "same", "conflict"};
  return kNames[static_cast<int>(state)];
}

std::vector<ThreeWayField> compare_sides(const ThreeSides& sides) {
  ensure(sides.target != nullptr, "The target's side is always known.");
  if (sides.synced == nullptr && sides.source == nullptr) return {};
  // What is not known is taken to be as the other one is.
  Comparison comparison;
  comparison.compare({.synced = sides.synced != nullptr ? sides.synced : sides.source,
                      .source = sides.source != nullptr ? sides.source : sides.synced,
                      .target = sides.target},
                     "");
  for (ThreeWayField& field : comparison.fields) {
    if (sides.source == nullptr) field.source = nullptr;
    if (sides.synced != nullptr) continue;
    field.synced = nullptr;
    field.state = FieldState::conflict;
    field.in_target.reset();
  }
  std::stable_sort(comparison.fields.begin(), comparison.fields.end(),
                   [](const ThreeWayField& left, const ThreeWayField& right) { return left.pointer < right.pointer; });
  return std::move(comparison.fields);
}

}  // namespace syncline::planning
