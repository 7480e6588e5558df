#pragma once
// What nearly every sync, or undoing, asks first, in one round trip. A stop that reads something early may add its
// question here.

#include "base/clock.h"
#include "db/connection.h"
#include "promotion/request.h"

namespace syncline::promotion {

Done fetch_ahead(db::Connection& connection, const PromotionRequest& request);
Done fetch_ahead(db::Connection& connection, const RollbackRequest& request, const Pair& pair, TimeMs now);

}  // namespace syncline::promotion
