#pragma once
// What was asked for.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/json.h"
#include "base/result.h"
#include "model/kinds.h"
#include "model/principal.h"
#include "planning/make_plan.h"

namespace syncline::promotion {

class ProgressSink;

struct NamedResource {
  Kind kind = Kind::document;
  std::string id;  // as it was written: also of a built-in tool
};

// The Idempotency-Key of a request, and the digest of what it came with.
struct IdempotencyKey {
  std::string text;
  Digest request{};
};

struct PromotionRequest {
  Principal principal;  // its tenant is the source
  std::string target;
  std::vector<Kind> steps;                                   // in sync order
  std::optional<std::vector<NamedResource>> resources = {};  // instead of every flagged one (X28)
  planning::OnDrift on_drift = planning::OnDrift::overwrite;
  bool include_unchanged = false;
  std::vector<NamedResource> exclude = {};  // not taken, whoever would bring them
  bool keep_credentials = false;            // copies keep what credentials they have, or none
  std::optional<Uuid> release_id = {};      // takes this release of the source instead of the source as it is (X46)
  bool prune = false;                       // deletes the orphans of the steps (X44)
  std::optional<double> prune_limit = {};
  std::optional<Uuid> plan_id = {};  // applies that plan, with what it was made with instead of all the above
  std::optional<IdempotencyKey> idempotency_key = {};
  std::optional<Uuid> run_id = {};   // of a run whose row is there already: it is ended, and none is made
  ProgressSink* progress = nullptr;  // who is told how it goes; nobody for most

  planning::Kinds kinds() const {
    planning::Kinds kinds;
    for (const Kind step : steps) kinds.set(static_cast<std::size_t>(step));
    return kinds;
  }
};

struct RollbackRequest {
  Principal principal;  // of the run's source or of its target
  Uuid run;
  std::optional<std::vector<NamedResource>> resources = {};  // of the target; without them, all that the run changed
  bool overwrite_edits = false;
  std::optional<Uuid> plan_id = {};  // does what this plan says, or nothing
};

// "tools,agents": as runs and plans are stored.
std::string step_names(const std::vector<Kind>& steps);

json::Array write_names(const std::vector<NamedResource>& named);
bool read_names(const json::Value& list, std::vector<NamedResource>& named);  // whether they could be read

// The options a plan was made with, as JSON. They are part of what the plan means.
std::string write_options(const PromotionRequest& request);
// Into a request for the same principal and target. Error: internal `plan_damaged`.
Done read_options(std::string_view options, PromotionRequest& request);

struct Pair {
  std::string source;
  std::string target;
};

}  // namespace syncline::promotion
