#pragma once
// A plan of a promotion, from the request to the stored value: what promote() would do now, and no writes.

#include <string>

#include "access/services.h"
#include "promotion/request.h"

namespace syncline::promotion {

// The plan as JSON. Errors: those of promote() that concern neither a plan nor a policy.
Result<std::string> plan_promotion(const Services& services, const PromotionRequest& request);
// The same, as its id and whether it waits for approvals, of which it has none yet.
struct KeptPlan {
  Uuid id;
  bool waits = false;
};
Result<KeptPlan> keep_plan(const Services& services, const PromotionRequest& request);

}  // namespace syncline::promotion
