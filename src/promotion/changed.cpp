#include "promotion/changed.h"

#include <algorithm>
#include <unordered_set>
#include <utility>

#include "planning/make_plan.h"
#include "planning/target_ids.h"
#include "store/edges.h"

namespace syncline::promotion {
namespace {

using planning::Index;
using planning::kNone;

class Search {
 public:
  Search(db::Connection& connection, const Pair& pair, const store::Revisions& source,
         const store::Watermarks& watermarks, std::int64_t since)
      : connection_(connection), pair_(pair), ids_(pair.source, pair.target), since_(since) {
    for (std::size_t kind = 0; kind < watermarks.size(); ++kind) {
      if (!watermarks[kind] || watermarks[kind]->source_revision < source.shrunk_at) continue;
      trusted_[kind] = true;
      seen_at_[kind] = watermarks[kind]->source_revision;
    }
  }

  Result<bool> run(const planning::Kinds& steps) {
    TRY(read_overridden(connection_, pair_.target, moved_.snapshot));
    TRY(store::each_adopted_row(connection_, pair_.target, [&](const store::TargetRow& row) {
      ids_.note(moved_.snapshot.target[moved_.snapshot.add(row)]);
    }));
    std::vector<Index> seeds;
    TRY(store::each_changed_row(connection_, pair_.source, since_, kMostRows + 1, [&](const store::SourceRow& row) {
      seeds.push_back(moved_.snapshot.add(row));
      facts_.push_back({.changed = true, .changed_at = row.changed_at});
    }));
    std::vector<store::EditedCopy> edited =
        TRY(store::list_edited_copies(connection_, pair_.target, pair_.source, kMostRows));
    const std::vector<store::EditedCopy> detached = TRY(store::list_detached(connection_, pair_.target, pair_.source));
    edited.insert(edited.end(), detached.begin(), detached.end());
    if (give_up()) return false;
    TRY(look_ahead(seeds, edited));
    for (const Index seed : seeds) TRY(load_copy(seed));
    if (give_up()) return false;
    for (const store::EditedCopy& copy : edited) {
      if (!planning::has(steps, copy.kind)) continue;
      const Index origin = TRY(load(copy.origin));
      if (origin != kNone && !source()[origin].is_copy()) seeds.push_back(origin);
    }
    moved_.anything = !seeds.empty();
    for (const Index seed : seeds) {
      if (TRY(is_member(seed))) take(seed, facts_[seed].because);
    }
    TRY(grow());
    return !give_up();
  }

  Moved finish() {
    moved_.closure.via.resize(source().size(), kNone);
    for (Index i = 0; i < source().size(); ++i) moved_.closure.via[i] = facts_[i].because;
    return std::move(moved_);
  }

 private:
  struct Facts {
    bool changed = false;  // since these steps last looked
    std::int64_t changed_at = 0;
    bool live = false;  // its copy is in the closure
    bool taken = false;
    bool inside = false;  // found by is_member
    bool outside = false;
    bool excluded = false;
    bool pending = false;  // an evaluation that may follow its agents
    Index because = kNone;
    std::uint32_t walk = 0;  // the last of is_member that came here
  };
  struct Climb {
    Index at;
    std::size_t below;  // the position of what it refers to
  };

  const planning::Source& source() const { return moved_.snapshot.source; }
  bool trusted(Kind kind) const { return planning::has(trusted_, kind); }
  bool give_up() const { return shrunk_ || source().size() > kMostRows; }
  bool in(Index i) const { return facts_[i].taken || facts_[i].live || facts_[i].inside || source()[i].syncable; }

  // The number of a source row, read when it is new here; none when there is no such row.
  Result<Index> load(const Uuid& id) {
    const Index known = source().find(id);
    if (known != kNone || missing_.contains(id)) return known;
    Index added = kNone;
    TRY(store::find_source_row(connection_, pair_.source, id, [&](const store::SourceRow& row) {
      added = moved_.snapshot.add(row);
      facts_.push_back({.changed_at = row.changed_at});
    }));
    if (added == kNone) {
      missing_.insert(id);
      return kNone;
    }
    TRY(load_copy(added));
    return added;
  }

  // Reads what the target has for a row: its copy, or what stands for a copy in the source (X18).
  Done load_copy(Index resource) {
    const planning::Resource& row = source()[resource];
    const Uuid id = row.is_copy() ? ids_.of_copy(row) : ids_.of(row.id);
    Index found = moved_.snapshot.target.find(id);
    if (found == kNone) {
      TRY(store::find_target_row(connection_, pair_.target, id,
                                 [&](const store::TargetRow& target) { found = moved_.snapshot.add(target); }));
    }
    if (found == kNone || row.is_copy()) return done();
    const planning::TargetRow& copy = moved_.snapshot.target[found];
    if (!copy.live || !copy.came_from(pair_.source) || copy.origin != row.id || !trusted(row.kind)) return done();
    facts_[resource].live = true;
    if (row.kind != Kind::evaluation || row.syncable) return done();
    // One that tests one more agent may have left the closure, alone of all that only got more references.
    const bool same = facts_[resource].changed_at <= seen_at_[static_cast<std::size_t>(Kind::evaluation)];
    if (!same && !TRY(keeps_its_agents(resource))) shrunk_ = true;
    return done();
  }

  // Whether each of its agents is in the closure without its help.
  Result<bool> keeps_its_agents(Index evaluation) {
    const std::string_view refs = source()[evaluation].refs;
    for (std::size_t n = 0; n < planning::count_ids(refs); ++n) {
      const Uuid id = planning::id_at(refs, n);
      bool is_agent = false;
      TRY(store::find_source_row(connection_, pair_.source, id,
                                 [&](const store::SourceRow& row) { is_agent = row.kind == Kind::agent; }));
      if (is_agent && !TRY(has_flagged_above(id))) return false;
    }
    return true;
  }

  // Whether something flagged leads here, as far as a short search tells.
  Result<bool> has_flagged_above(const Uuid& start) {
    constexpr std::size_t kShort = 200;
    std::vector<Uuid> climbed{start};
    std::unordered_set<Uuid, UuidHash> seen{start};
    for (std::size_t next = 0; next < climbed.size() && next < kShort; ++next) {
      const Uuid at = climbed[next];
      bool own = false;
      bool flagged = false;
      TRY(store::find_source_row(connection_, pair_.source, at, [&](const store::SourceRow& row) {
        own = row.synced_from.empty();
        flagged = row.syncable;
      }));
      if (!own) continue;
      if (flagged) return true;
      const std::vector<Uuid> referrers = TRY(store::list_referrers(connection_, pair_.source, at));
      for (const Uuid& id : referrers) {
        if (seen.insert(id).second) climbed.push_back(id);
      }
    }
    return false;
  }

  // Whether something in the closure leads here, found by going up. Evaluations that may follow their agents are left
  // to grow(), which comes down from them.
  Result<bool> is_member(Index start) {
    if (source()[start].is_copy()) return false;
    if (in(start)) return true;
    if (facts_[start].outside) return false;
    std::vector<Climb> climbed{{start, 0}};
    facts_[start].walk = ++walk_;
    for (std::size_t next = 0; next < climbed.size() && !give_up(); ++next) {
      const Index at = climbed[next].at;
      if (source()[at].kind == Kind::evaluation) wait(at);
      const std::vector<Uuid> referrers = TRY(store::list_referrers(connection_, pair_.source, source()[at].id));
      for (const Uuid& id : referrers) {
        const Index referrer = TRY(load(id));
        if (referrer == kNone || source()[referrer].is_copy()) continue;
        if (in(referrer)) {
          lead_down(referrer, climbed, next);
          return true;
        }
        if (facts_[referrer].outside || facts_[referrer].walk == walk_) continue;
        facts_[referrer].walk = walk_;
        climbed.push_back({referrer, next});
      }
    }
    if (!give_up()) {
      for (const Climb& step : climbed) facts_[step.at].outside = true;
    }
    return false;
  }

  // All that was climbed to get to `from`, which is in the closure, is in it too.
  void lead_down(Index from, const std::vector<Climb>& climbed, std::size_t position) {
    for (;; position = climbed[position].below) {
      Facts& facts = facts_[climbed[position].at];
      facts.inside = true;
      facts.because = from;
      from = climbed[position].at;
      if (position == 0) return;
    }
  }

  void take(Index resource, Index because) {
    Facts& facts = facts_[resource];
    if (facts.taken) return;
    facts.taken = true;
    if (!facts.inside && !source()[resource].syncable) facts.because = because;
    moved_.closure.members.push_back(resource);
  }

  void wait(Index evaluation) {
    if (facts_[evaluation].pending || facts_[evaluation].taken) return;
    facts_[evaluation].pending = true;
    pending_.push_back(evaluation);
  }

  Done grow() {
    bool grown = true;
    while (grown && !give_up()) {
      while (next_ < moved_.closure.members.size() && !give_up()) TRY(follow_level());
      grown = false;
      for (std::size_t i = 0; i < pending_.size() && !give_up(); ++i) {
        const Index evaluation = pending_[i];
        if (facts_[evaluation].taken) continue;
        const Index agent = TRY(last_agent(evaluation));
        if (agent == kNone) continue;
        take(evaluation, agent);
        grown = true;
      }
    }
    return done();
  }

  // An agent of the evaluation when all of its agents are in the closure (X17).
  Result<Index> last_agent(Index evaluation) {
    const std::string_view refs = source()[evaluation].refs;
    Index agent = kNone;
    for (std::size_t n = 0; n < planning::count_ids(refs); ++n) {
      const Index to = TRY(load(planning::id_at(refs, n)));
      if (to == kNone || source()[to].kind != Kind::agent) continue;
      if (!TRY(is_member(to))) return kNone;
      agent = to;
    }
    return agent;
  }

  // The members that are known by now; what they lead to is the next level.
  Done follow_level() {
    const std::size_t end = moved_.closure.members.size();
    const std::vector<Index> level(moved_.closure.members.begin() + static_cast<std::ptrdiff_t>(next_),
                                   moved_.closure.members.begin() + static_cast<std::ptrdiff_t>(end));
    TRY(look_ahead(level, {}));
    for (; next_ < end && !give_up(); ++next_) TRY(follow(moved_.closure.members[next_]));
    return done();
  }

  // Fetches together what following these resources and loading these originals will ask one by one.
  Done look_ahead(const std::vector<Index>& resources, const std::vector<store::EditedCopy>& edited) {
    if (!connection_.is_remote()) return done();
    std::vector<db::Ask> asks;
    std::vector<Index> agents;
    for (const store::EditedCopy& copy : edited) ask_for(copy.origin, asks);
    for (const Index resource : resources) {
      const planning::Resource& row = source()[resource];
      if (!row.is_copy() && asked_for_.insert(row.id).second) {
        asks.push_back(store::target_row_question(pair_.target, ids_.of(row.id)));
      }
      for (std::size_t n = 0; n < planning::count_ids(row.refs); ++n) ask_for(planning::id_at(row.refs, n), asks);
      if (row.kind != Kind::agent || !followed_.insert(row.id).second) continue;
      agents.push_back(resource);
      asks.push_back(store::referrers_question(pair_.source, row.id));
    }
    TRY(connection_.fetch_ahead(asks));
    asks.clear();
    for (const Index agent : agents) {
      const std::vector<Uuid> referrers = TRY(store::list_referrers(connection_, pair_.source, source()[agent].id));
      for (const Uuid& id : referrers) ask_for(id, asks);
    }
    return connection_.fetch_ahead(asks);
  }

  // A row of the source and its copy, once.
  void ask_for(const Uuid& id, std::vector<db::Ask>& asks) {
    if (source().find(id) != kNone || missing_.contains(id) || !asked_for_.insert(id).second) return;
    asks.push_back(store::source_row_question(pair_.source, id));
    asks.push_back(store::target_row_question(pair_.target, ids_.of(id)));
  }

  Done follow(Index from) {
    const std::string_view refs = source()[from].refs;
    for (std::size_t n = 0; n < planning::count_ids(refs) && !give_up(); ++n) {
      const Uuid id = planning::id_at(refs, n);
      const Index to = TRY(load(id));
      if (to == kNone || source()[to].is_copy()) {
        TRY(leave_out(from, id, to));
      } else if (facts_[to].changed || !was_member(to)) {
        take(to, from);
      }
    }
    if (source()[from].kind != Kind::agent) return done();
    const std::vector<Uuid> referrers = TRY(store::list_referrers(connection_, pair_.source, source()[from].id));
    for (const Uuid& id : referrers) {
      const Index referrer = TRY(load(id));
      if (referrer == kNone || source()[referrer].kind != Kind::evaluation || source()[referrer].is_copy()) continue;
      if (!was_member(referrer)) wait(referrer);
    }
    return done();
  }

  // In the closure already when these steps last looked, so that all below it is as well.
  bool was_member(Index resource) const {
    return facts_[resource].live && seen_at_[static_cast<std::size_t>(source()[resource].kind)] <= since_;
  }

  Done leave_out(Index from, const Uuid& id, Index to) {
    moved_.closure.loose.push_back({from, id, to});
    if (to == kNone) {
      if (reported_missing_.insert(id).second) {
        moved_.closure.excluded.push_back({id, kNone, planning::ExclusionReason::missing, from});
      }
      const Uuid copy = ids_.of(id);
      if (moved_.snapshot.target.find(copy) != kNone) return done();
      return store::find_target_row(connection_, pair_.target, copy,
                                    [&](const store::TargetRow& row) { moved_.snapshot.add(row); });
    }
    if (!std::exchange(facts_[to].excluded, true)) {
      moved_.closure.excluded.push_back({id, to, planning::ExclusionReason::synced_copy, from});
    }
    return done();
  }

  db::Connection& connection_;
  const Pair& pair_;
  planning::TargetIds ids_;
  std::int64_t since_;
  planning::Kinds trusted_;
  std::array<std::int64_t, kKinds.size()> seen_at_{};
  Moved moved_;
  std::vector<Facts> facts_;  // by the numbers of the source
  std::unordered_set<Uuid, UuidHash> missing_;
  std::unordered_set<Uuid, UuidHash> reported_missing_;
  std::unordered_set<Uuid, UuidHash> asked_for_;  // ahead
  std::unordered_set<Uuid, UuidHash> followed_;   // agents whose referrers were asked for ahead
  std::vector<Index> pending_;
  std::size_t next_ = 0;
  std::uint32_t walk_ = 0;
  bool shrunk_ = false;
};

}  // namespace

Result<std::optional<Moved>> select_moved(db::Connection& connection, const Pair& pair, const planning::Kinds& steps,
                                          const store::Revisions& source, const store::Watermarks& watermarks) {
  std::int64_t since = source.revision;
  for (std::size_t kind = 0; kind < watermarks.size(); ++kind) {
    if (!steps[kind]) continue;
    if (!watermarks[kind]) return std::optional<Moved>();
    since = std::min(since, watermarks[kind]->source_revision);
  }
  if (source.shrunk_at > since) return std::optional<Moved>();
  Search search(connection, pair, source, watermarks, since);
  if (!TRY(search.run(steps))) return std::optional<Moved>();
  return std::optional(search.finish());
}

}  // namespace syncline::promotion
