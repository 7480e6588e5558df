#pragma once
// What runs where: the pairs of tenants a person reaches, with what each target holds and how far it is from its
// source.

#include "access/services.h"
#include "base/json.h"
#include "model/principal.h"

namespace syncline::promotion {

// {tenants: [{id, label, environment, role}], pairs: [{source, target, releaseId, releaseName, lastRunId, lastRunAt,
// sourceRevision, behind, ahead, drifted, orphans}]}: pairs with a run that counts still.
//
// `behind`: what a sync would create, or update for the source's sake. `drifted`: copies edited in the target. `ahead`:
// those of them that have more published versions than the original. `orphans`: what a pruning would look at.
Result<json::Value> sync_matrix(const Services& services, const Principal& principal);

}  // namespace syncline::promotion
