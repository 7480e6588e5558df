#pragma once
// A promotion, from the request to the report.

#include "access/services.h"
#include "promotion/report.h"
#include "promotion/request.h"

namespace syncline::promotion {

// Brings the target up to date with the source in one transaction: all of it or none (S28). With a plan, does what the
// plan says or nothing. Errors: those of access/authorise.h; invalid `unknown_resource`; conflict `drift`; with a plan,
// those of take_plan, and conflict `plan_stale`.
Result<Report> promote(const Services& services, const PromotionRequest& request);

}  // namespace syncline::promotion
