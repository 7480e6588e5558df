#pragma once
// A sync that is asked for again with the key it was sent with: it is answered by its run (X49).

#include <optional>

#include "access/services.h"
#include "promotion/report.h"
#include "promotion/request.h"
#include "store/runs.h"

namespace syncline::promotion {

// A key stands for its run that long.
inline constexpr TimeMs kKeyKept = TimeMs{24} * 60 * 60 * 1000;

// The report of the run this request's key stands for, if there is one. Error: invalid `idempotency_key_reused`, when
// the key came with another request; conflict `run_not_succeeded`, when nobody waited for the run, and it has not ended
// or not well.
Result<std::optional<Report>> find_answer(db::Connection& connection, const PromotionRequest& request, TimeMs now);
// The row of that run, also of one that has not ended. Error: as above.
Result<std::optional<store::RunRow>> find_repeated_run(db::Connection& connection, const PromotionRequest& request);

// From now on the request's key, if it has one, stands for this run.
Done remember_answer(db::Connection& connection, const PromotionRequest& request, const Pair& pair,
                     const Report& report);
Done remember_run(db::Connection& connection, const PromotionRequest& request, const Pair& pair, const Uuid& run,
                  TimeMs started_at);

}  // namespace syncline::promotion
