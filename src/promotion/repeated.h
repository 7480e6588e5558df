#pragma once
// A sync that is asked for again with the key it was sent with: it is answered by its run (X49).

#include <optional>

#include "access/services.h"
#include "promotion/report.h"
#include "promotion/request.h"

namespace syncline::promotion {

// A key stands for its run that long.
inline constexpr TimeMs kKeyKept = TimeMs{24} * 60 * 60 * 1000;

// The report of the run this request's key stands for, if there is one. Error: invalid `idempotency_key_reused`, when
// the key came with another request.
Result<std::optional<Report>> find_answer(db::Connection& connection, const PromotionRequest& request, TimeMs now);
// From now on the request's key, if it has one, stands for this run.
Done remember_answer(db::Connection& connection, const PromotionRequest& request, const Pair& pair,
                     const Report& report);

}  // namespace syncline::promotion
