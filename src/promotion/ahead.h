#pragma once
// What nearly every sync asks first, in one round trip. A stop that reads something early may add its question here.

#include "db/connection.h"
#include "promotion/request.h"

namespace syncline::promotion {

Done fetch_ahead(db::Connection& connection, const PromotionRequest& request);

}  // namespace syncline::promotion
