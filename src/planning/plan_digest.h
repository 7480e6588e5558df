#pragma once
// What a plan means, as one digest: what somebody has seen and what would be applied are the same when it is the same.
// What moved elsewhere does not change it (docs/decisions).

#include <string_view>
#include <vector>

#include "planning/make_plan.h"

namespace syncline::planning {

// A change by the state of both sides: when the digest differs, these tell which side of which resource has moved.
struct ChangeState {
  Uuid id;          // in the target
  Digest source{};  // what would be written: the source's digest, and where its references lead instead
  Digest target{};  // what it would be written over
};

// Of all changes that are not unchanged, in the order of the plan.
std::vector<ChangeState> change_states(const Plan& plan, const Source& source, const Target& target);

// `options`: what was asked for, as text.
Digest plan_digest(std::string_view source, std::string_view target, std::string_view options,
                   const std::vector<ChangeState>& changes);

}  // namespace syncline::planning
