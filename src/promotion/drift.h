#pragma once
// A sync that is to leave alone what was edited in the target (X42).

#include "promotion/compute.h"

namespace syncline::promotion {

// Error: conflict `drift`, when the request wants to fail rather than overwrite an edited copy; names each with who
// edited it.
Done check_drift(db::Connection& connection, const PromotionRequest& request, const Computed& computed);

}  // namespace syncline::promotion
