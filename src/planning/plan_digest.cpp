#include "planning/plan_digest.h"

#include <string>

namespace syncline::planning {
namespace {

// Each part with its length before it, so that no two lists of parts make one text.
void add(std::string& text, std::string_view part) {
  text.append(std::to_string(part.size())).append(":").append(part);
}
void add(std::string& text, const Digest& digest) {
  add(text, std::string_view(reinterpret_cast<const char*>(digest.data()), digest.size()));
}

Digest state_of_source(const Change& change, const Resource& resource) {
  std::string text;
  add(text, action_name(change.action));
  add(text, resource.digest);
  add(text, change.exceptions);
  return sha256(text);
}

Digest state_of_target(const TargetRow* existing) {
  if (existing == nullptr) return {};
  std::string text;
  add(text, existing->synced_from);
  add(text, existing->digest);
  add(text, existing->exceptions);
  add(text, std::to_string(existing->changed_at));
  add(text, existing->overridden ? "overridden" : "");
  return sha256(text);
}

}  // namespace

std::vector<ChangeState> change_states(const Plan& plan, const Source& source, const Target& target) {
  std::vector<ChangeState> states;
  for (const Change& change : plan.changes) {
    if (change.action == Action::unchanged) continue;
    states.push_back({.id = change.id,
                      .source = state_of_source(change, source[change.resource]),
                      .target = state_of_target(change.existing == kNone ? nullptr : &target[change.existing])});
  }
  return states;
}

Digest plan_digest(std::string_view source, std::string_view target, std::string_view options,
                   const std::vector<ChangeState>& changes) {
  std::string text;
  text.reserve(256 + options.size() + changes.size() * 96);
  add(text, source);
  add(text, target);
  add(text, options);
  for (const ChangeState& change : changes) {
    add(text, change.id.view());
    add(text, change.source);
    add(text, change.target);
  }
  return sha256(text);
}

}  // namespace syncline::planning
