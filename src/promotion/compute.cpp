#include "promotion/compute.h"

namespace syncline::promotion {

Result<Computed> compute(db::Connection& connection, const PromotionRequest& request, const Pair& pair) {
  Computed computed{.pair = pair};
  computed.source = TRY(store::read_revisions(connection, pair.source));
  computed.target = TRY(store::read_revisions(connection, pair.target));
  computed.watermarks = TRY(store::read_watermarks(connection, pair.source, pair.target));
  computed.selection = TRY(select_resources(connection, request, pair, computed.source, computed.watermarks));
  const Selection& selection = computed.selection;
  const planning::PlanRequest wanted{.source = pair.source,
                                     .target = pair.target,
                                     .steps = request.kinds(),
                                     .marking = selection.marking,
                                     .on_drift = request.on_drift,
                                     .keep_credentials = request.keep_credentials};
  computed.plan = planning::make_plan(wanted, selection.snapshot.source, selection.snapshot.target, selection.closure);
  computed.orphans = TRY(find_orphans(connection, request.kinds(), pair, selection, computed.plan));
  computed.outcome = TRY(sum_up(connection, request, pair, selection, computed.plan, computed.watermarks));
  computed.prune = request.prune;
  for (const Orphan& orphan : computed.pruned()) {
    ++computed.outcome[static_cast<std::size_t>(orphan.kind)].counts.pruned;
  }
  computed.missing_variables = TRY(find_missing_variables(connection, request.kinds(), pair, selection, computed.plan));
  computed.warnings = TRY(find_warnings(connection, pair, computed.plan));
  return computed;
}

}  // namespace syncline::promotion
