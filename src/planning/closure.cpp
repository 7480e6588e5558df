#include "planning/closure.h"

#include <algorithm>
#include <unordered_set>
#include <utility>

namespace syncline::planning {
namespace {

// The evaluations that wait for their agents to be taken (X17).
class Evaluations {
 public:
  explicit Evaluations(const Source& source) : waiting_for_(source.size(), 0) {
    for (Index i = 0; i < source.size(); ++i) {
      if (source[i].kind != Kind::evaluation || source[i].is_copy()) continue;
      for (std::size_t n = 0; n < count_ids(source[i].refs); ++n) {
        const Index agent = source.find(id_at(source[i].refs, n));
        if (agent == kNone || source[agent].kind != Kind::agent) continue;
        tests_.emplace_back(agent, i);
        ++waiting_for_[i];
      }
    }
    std::sort(tests_.begin(), tests_.end());
  }

  // Calls `take` with each evaluation that now has all its agents.
  template <typename Take>
  void agent_taken(Index agent, Take take) {
    for (auto test = std::lower_bound(tests_.begin(), tests_.end(), std::pair(agent, Index{0}));
         test != tests_.end() && test->first == agent; ++test) {
      if (--waiting_for_[test->second] == 0) take(test->second);
    }
  }

 private:
  std::vector<std::pair<Index, Index>> tests_;  // agent, evaluation
  std::vector<Index> waiting_for_;
};

class Walk {
 public:
  Walk(const Source& source, const std::vector<Index>& left_out)
      : source_(source),
        evaluations_(source),
        seen_(source.size(), false),
        left_out_(left_out.empty() ? 0 : source.size(), false) {
    for (const Index resource : left_out) left_out_[resource] = true;
    closure_.via.assign(source.size(), kNone);
    closure_.members.reserve(source.size());
  }

  void take(Index resource, Index via) {
    if (seen_[resource]) return;
    seen_[resource] = true;
    const Resource& row = source_[resource];
    if (row.is_copy()) {
      closure_.excluded.push_back({row.id, resource, ExclusionReason::synced_copy, via});
      return;
    }
    if (is_left_out(resource)) {
      closure_.excluded.push_back({row.id, resource, ExclusionReason::on_request, via});
      return;
    }
    closure_.via[resource] = via;
    closure_.members.push_back(resource);
    if (row.kind != Kind::agent) return;
    evaluations_.agent_taken(resource, [&](Index evaluation) { take(evaluation, resource); });
  }

  Closure finish() {
    for (std::size_t next = 0; next < closure_.members.size(); ++next) follow(closure_.members[next]);
    return std::move(closure_);
  }

 private:
  void follow(Index from) {
    const std::string_view refs = source_[from].refs;
    for (std::size_t n = 0; n < count_ids(refs); ++n) {
      const Uuid to = id_at(refs, n);
      const Index found = source_.find(to);
      if (found != kNone)
        take(found, from);
      else if (missing_.insert(to).second)
        closure_.excluded.push_back({to, kNone, ExclusionReason::missing, from});
      if (found == kNone || source_[found].is_copy())
        closure_.loose.push_back({from, to, found});
      else if (is_left_out(found))
        closure_.loose.push_back({from, to, kNone});
    }
  }

  bool is_left_out(Index resource) const { return !left_out_.empty() && left_out_[resource]; }

  const Source& source_;
  Evaluations evaluations_;
  std::vector<bool> seen_;
  std::vector<bool> left_out_;  // empty when nothing is
  std::unordered_set<Uuid, UuidHash> missing_;
  Closure closure_;
};

}  // namespace

std::string_view reason_name(ExclusionReason reason) {
  constexpr std::string_view kNames[] = {"synced_copy", "built_in", "missing", "drift_kept", "detached", "on_request"};
  return kNames[static_cast<int>(reason)];
}

Closure select_closure(const Source& source, const std::optional<std::vector<Index>>& roots,
                       const std::vector<Index>& left_out) {
  Walk walk(source, left_out);
  if (roots) {
    for (const Index root : *roots) walk.take(root, kNone);
  } else {
    for (Index i = 0; i < source.size(); ++i) {
      if (source[i].syncable) walk.take(i, kNone);
    }
  }
  return walk.finish();
}

}  // namespace syncline::planning
