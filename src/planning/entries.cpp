#include "planning/entries.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "model/kinds.h"

namespace syncline::planning {
namespace {

void append_canonical(std::string& out, const json::Value& value) {
  if (const json::Array* array = value.array()) {
    out += '[';
    for (const json::Value& element : *array) {
      append_canonical(out, element);
      out += ',';
    }
    out += ']';
  } else if (const json::Object* object = value.object()) {
    std::vector<const json::Member*> members;
    for (const json::Member& member : object->members()) members.push_back(&member);
    std::sort(members.begin(), members.end(),
              [](const json::Member* left, const json::Member* right) { return left->name < right->name; });
    out += '{';
    for (const json::Member* member : members) {
      json::append_string(out, member->name);
      append_canonical(out, member->value);
    }
    out += '}';
  } else {
    out += json::write(value);
  }
}

// The members that name an entry of a list: the last words of the reference fields, then those that names have.
const std::vector<std::string>& naming_members() {
  static const std::vector<std::string> kNames = [] {
    std::vector<std::string> names;
    for (const KindInfo& kind : kKinds) {
      for (const ReferenceField& field : kind.references) {
        const std::string_view last = field.pointer.substr(field.pointer.rfind('/') + 1);
        if (last != "*" && std::find(names.begin(), names.end(), last) == names.end()) names.emplace_back(last);
      }
    }
    names.insert(names.end(), {"id", "key", "name"});
    return names;
  }();
  return kNames;
}

// What an entry is, if it says so: "toolId" and the text there.
std::optional<std::string> identity_of(const json::Value& entry) {
  for (const std::string& name : naming_members()) {
    const json::Value* value = entry.at(name);
    if (value == nullptr || (value->string() == nullptr && value->integer() == nullptr)) continue;
    return name + "=" + json::write(*value);
  }
  return std::nullopt;
}

// Entries that say nothing of what they are and stand at one place among those that match are taken to be changed.
void pair_the_rest(const json::Array& before, const json::Array& after, const std::vector<bool>& taken,
                   const std::vector<bool>& known, std::vector<Match>& matches) {
  const auto gaps_of = [](const json::Array& entries, const std::vector<bool>& matched) {
    std::map<std::pair<std::size_t, std::size_t>, std::size_t> gaps;  // how many matched before it, its number there
    std::size_t passed = 0;
    std::size_t number = 0;
    for (std::size_t i = 0; i < entries.size(); ++i) {
      if (matched[i]) {
        ++passed;
        number = 0;
      } else if (!identity_of(entries[i])) {
        gaps[{passed, number++}] = i;
      }
    }
    return gaps;
  };
  const auto gaps_before = gaps_of(before, taken);
  for (const auto& [gap, position] : gaps_of(after, known)) {
    const auto other = gaps_before.find(gap);
    if (other != gaps_before.end()) matches.push_back({other->second, position});
  }
}

}  // namespace

std::string canonical(const json::Value& value) {
  std::string text;
  append_canonical(text, value);
  return text;
}

std::vector<std::string> names_of_entries(const json::Array& entries) {
  std::vector<std::string> names;
  std::map<std::string, int> seen;
  for (const json::Value& entry : entries) {
    const std::optional<std::string> identity = identity_of(entry);
    std::string name = identity ? *identity : "=" + canonical(entry);
    const int which = seen[name]++;
    names.push_back(std::move(name) + "#" + std::to_string(which));
  }
  return names;
}

std::vector<Match> match_entries(const json::Array& before, const json::Array& after) {
  const std::vector<std::string> names_before = names_of_entries(before);
  const std::vector<std::string> names_after = names_of_entries(after);
  std::map<std::string_view, std::size_t> places;
  for (std::size_t i = 0; i < names_before.size(); ++i) places.emplace(names_before[i], i);
  std::vector<Match> matches;
  std::vector<bool> taken(before.size(), false);
  std::vector<bool> known(after.size(), false);
  for (std::size_t i = 0; i < names_after.size(); ++i) {
    const auto place = places.find(names_after[i]);
    if (place == places.end()) continue;
    matches.push_back({place->second, i});
    taken[place->second] = known[i] = true;
  }
  pair_the_rest(before, after, taken, known, matches);
  std::sort(matches.begin(), matches.end(),
            [](const Match& left, const Match& right) { return left.after < right.after; });
  return matches;
}

std::vector<bool> moved_entries(const std::vector<Match>& matches) {
  std::vector<std::size_t> order;
  for (const Match& each : matches) order.push_back(each.before);
  std::vector<bool> moved = increasing(order);
  moved.flip();
  return moved;
}

}  // namespace syncline::planning
