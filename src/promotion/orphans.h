#pragma once
// Copies whose original is gone, unflagged or no longer reached; and what pruning them would meet (X44).

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "promotion/select.h"

namespace syncline::promotion {

// `unflagged`: nothing in the source refers to the original, so that only its own flag could bring it.
enum class OrphanReason { deleted, unflagged, unreached, not_in_release };
std::string_view orphan_reason_name(OrphanReason reason);  // "deleted": as in reports

struct Dependent {
  Kind kind = Kind::document;
  Uuid id;
  std::string name;
};
struct Orphan {
  Uuid id;  // in the target
  Kind kind = Kind::document;
  Uuid origin;
  std::string name;
  OrphanReason reason = OrphanReason::deleted;
  bool adopted = false;
};

// Those of the steps, in the order of ids. A selection of named resources says nothing of the others, and has none.
Result<std::vector<Orphan>> find_orphans(db::Connection& connection, const planning::Kinds& steps, const Pair& pair,
                                         const Selection& selection, const planning::Plan& plan);

// By the orphans' places: the target's own resources, and copies that stay, that refer to each once the plan is
// applied.
Result<std::vector<std::vector<Dependent>>> find_dependents(db::Connection& connection, const Pair& pair,
                                                            const Selection& selection, const planning::Plan& plan,
                                                            const std::vector<Orphan>& orphans);

// [{kind, targetId, sourceId, name, reason}]; with `dependents` these too, and whether they are pruned.
std::string orphans_json(const std::vector<Orphan>& orphans, const std::vector<std::vector<Dependent>>* dependents,
                         bool prune);

// Errors: conflict `prune_blocked` with `blocked`, `prune_limit` with `prune`, `copies` and `limit`.
Done check_prune(db::Connection& connection, const Pair& pair, const std::vector<Orphan>& orphans,
                 const std::vector<std::vector<Dependent>>& dependents, double limit);

}  // namespace syncline::promotion
