#include "promotion/stale.h"

#include <map>
#include <optional>
#include <unordered_map>
#include <utility>

#include "base/json.h"
#include "catalog/view.h"
#include "planning/plan_digest.h"
#include "promotion/compressed.h"
#include "promotion/deletions.h"
#include "promotion/ledger.h"
#include "promotion/plan_graph.h"
#include "promotion/plans.h"
#include "store/resources.h"
#include "store/runs.h"

namespace syncline::promotion {
namespace {

constexpr std::size_t kMostMoved = 100;  // More than that nobody reads; the count is in the message.

std::string hex(const Digest& digest) { return to_hex({reinterpret_cast<const char*>(digest.data()), digest.size()}); }

std::vector<StoredState> states_of(const Computed& computed) {
  const planning::Source& source = computed.selection.snapshot.source;
  std::vector<planning::ChangeState> digests =
      planning::change_states(computed.plan, source, computed.selection.snapshot.target);
  std::vector<StoredState> states;
  states.reserve(digests.size());
  auto digest = digests.begin();
  for (const planning::Change& change : computed.plan.changes) {
    if (digest == digests.end() || digest->id != change.id) continue;
    const planning::Resource& resource = source[change.resource];
    states.push_back({.id = change.id,
                      .source_id = resource.id,
                      .kind = resource.kind,
                      .name = std::string(resource.name),
                      .source = hex(digest->source),
                      .target = hex(digest->target)});
    ++digest;
  }
  for (const Orphan& orphan : computed.pruned()) {
    states.push_back({.id = orphan.id,
                      .source_id = orphan.origin,
                      .kind = orphan.kind,
                      .name = orphan.name,
                      .source = hex(Digest{}),
                      .target = std::string(orphan_reason_name(orphan.reason))});
  }
  return states;
}

StoredState read_state(const json::Value& item) {
  const std::optional<Uuid> id = parse_uuid(item.text_at("id"));
  const std::optional<Uuid> source_id = parse_uuid(item.text_at("sourceId"));
  const std::optional<Kind> kind = kind_of_step(item.text_at("kind"));
  ensure(id && source_id && kind, "A plan's states name resources.");
  return {.id = *id,
          .source_id = *source_id,
          .kind = *kind,
          .name = item.text_at("name"),
          .source = item.text_at("source"),
          .target = item.text_at("target")};
}

// Looks at both sides of each resource that is planned otherwise now.
class Moves {
 public:
  Moves(db::Connection& connection, const store::PlanRow& plan)
      : connection_(connection),
        people_(connection),
        plan_(plan),
        deleted_in_source_(plan.source, plan.created_at),
        deleted_in_target_(plan.target, plan.created_at) {}

  // `before`: as it was planned; nullptr when it was not. `is_planned`: now.
  Done add(const StoredState& state, const StoredState* before, bool is_planned) {
    ++count_;
    if (items_.size() >= kMostMoved) return done();
    // A rollback has nothing to do with the source.
    const bool in_source = plan_.kind == "sync" && TRY(add_source(state));
    const bool in_target = TRY(add_target(state, before));
    if (in_source || in_target || TRY(add_undone(state))) return done();
    return add_item(state, plan_.kind == "sync" ? "source" : "target", is_planned ? "taken" : "left_out", {});
  }

  Fail fail() && {
    Error error{.kind = ErrorKind::conflict,
                .code = "plan_stale",
                .message = count_ == 1
                               ? "One resource has moved since this plan was made. Plan again."
                               : std::to_string(count_) + " resources have moved since this plan was made. Plan again.",
                .extension_json = "\"moved\":" + json::write(std::move(items_))};
    return Fail{std::move(error)};
  }

 private:
  // Who did it and when, as far as anybody knows.
  struct Doing {
    std::optional<Uuid> by;
    std::optional<TimeMs> at;
  };

  Result<bool> add_source(const StoredState& state) {
    const auto row = TRY(store::find_resource(connection_, plan_.source, state.source_id));
    if (!row) {
      TRY(add_deleted(state, "source", state.source_id, deleted_in_source_));
      return true;
    }
    if (row->changed_at.value_or(0) <= plan_.source_revision) return false;
    TRY(add_item(state, "source", row->created_at >= plan_.created_at ? "created" : "edited", last_write(*row)));
    return true;
  }

  Result<bool> add_target(const StoredState& state, const StoredState* before) {
    const auto row = TRY(store::find_resource(connection_, plan_.target, state.id));
    if (!row) {
      // What was not planned had a copy that was right, or was not taken at all.
      const bool is_known = TRY(deleted_in_target_.find(connection_, state.id)).has_value();
      if (!is_known && (before == nullptr || !existed(*before))) return false;
      TRY(add_deleted(state, "target", state.id, deleted_in_target_));
      return true;
    }
    if (row->changed_at.value_or(0) > plan_.target_revision) {
      TRY(add_item(state, "target", "edited", last_write(*row)));
      return true;
    }
    if (row->changed_at || row->updated_at < plan_.created_at) return false;
    TRY(add_item(state, "target", "synced", last_write(*row)));
    return true;
  }

  // A row that was written back has the times it had before: only the ledger of the run that did it tells.
  Result<bool> add_undone(const StoredState& state) {
    if (!undone_) TRY(read_undone());
    const auto found = undone_->find(state.id);
    if (found == undone_->end()) return false;
    TRY(add_item(state, "target", "rolled_back", found->second));
    return true;
  }

  Done read_undone() {
    constexpr std::int64_t kMostRuns = 20;
    Uuid newest;
    newest.bytes.fill(0xff);
    undone_.emplace();
    const std::vector<store::RunRow> runs = TRY(
        store::list_runs(connection_, plan_.target,
                         {.target = plan_.target, .status = "succeeded", .kind = "rollback", .since = plan_.created_at},
                         newest, kMostRuns));
    for (const store::RunRow& run : runs) {
      const std::optional<Ledger> ledger = TRY(load_ledger(connection_, plan_.target, run.id, run.started_at));
      if (!ledger) continue;
      for (const LedgerEntry& entry : ledger->entries) {
        undone_->emplace(entry.id, Doing{.by = run.started_by, .at = run.finished_at});
      }
    }
    return done();
  }

  Done add_deleted(const StoredState& state, std::string_view side, const Uuid& id, Deletions& deletions) {
    const std::optional<store::Deletion> deletion = TRY(deletions.find(connection_, id));
    if (!deletion) return add_item(state, side, "deleted", {});
    return add_item(state, side, "deleted", {.by = deletion->by, .at = deletion->at});
  }

  // Of an item that was planned: whether it was to be written over something.
  static bool existed(const StoredState& state) { return state.target != hex(Digest{}); }
  static Doing last_write(const store::ResourceRow& row) { return {.by = row.updated_by, .at = row.updated_at}; }

  Done add_item(const StoredState& state, std::string_view side, std::string_view change, const Doing& doing) {
    json::Object item{{"kind", info(state.kind).step},
                      {"id", (side == "source" ? state.source_id : state.id).text()},
                      {"name", state.name},
                      {"side", side},
                      {"change", change}};
    item.add("by", doing.by ? TRY(people_.of(*doing.by)) : json::Value());
    item.add("at", doing.at ? json::Value(format_time(*doing.at)) : json::Value());
    items_.emplace_back(std::move(item));
    return done();
  }

  db::Connection& connection_;
  catalog::People people_;
  const store::PlanRow& plan_;
  Deletions deleted_in_source_;
  Deletions deleted_in_target_;
  std::optional<std::unordered_map<Uuid, Doing, UuidHash>> undone_;
  std::size_t count_ = 0;
  json::Array items_;
};

}  // namespace

std::string write_states(const std::vector<StoredState>& states, const Additions& changes, std::string_view graph) {
  std::string out = "{\"changes\":[";
  const char* separator = "";
  for (const StoredState& state : states) {
    out.append(separator).append("{\"id\":");
    separator = ",";
    append_id(out, state.id);
    out += ",\"sourceId\":";
    append_id(out, state.source_id);
    out.append(",\"kind\":\"").append(info(state.kind).step).append("\",\"name\":");
    json::append_string(out, state.name);
    out.append(",\"source\":\"").append(state.source).append("\",\"target\":\"").append(state.target).append("\"");
    const auto change = changes.find(state.id);
    if (change != changes.end()) out.append(",\"changes\":").append(change->second);
    out += '}';
  }
  return out.append("],\"graph\":").append(graph).append("}");
}

std::string states_json(const Computed& computed, const Additions& changes) {
  return write_states(states_of(computed), changes, graph_json(computed));
}

Result<std::optional<StoredPlan>> load_stored_plan(db::Connection& connection, const Pair& pair,
                                                   const std::optional<Uuid>& id, TimeMs now) {
  if (!id) return std::optional<StoredPlan>();
  store::PlanRow row = TRY(take_plan(connection, pair, "sync", *id, now));
  return std::optional(TRY(read_stored_plan(connection, std::move(row))));
}

Result<StoredPlan> read_stored_plan(db::Connection& connection, store::PlanRow row) {
  StoredPlan plan{.row = std::move(row)};
  const store::PlanTexts texts = TRY(store::load_plan_texts(connection, plan.row));
  const std::string text = TRY(decompress(texts.states));
  const json::Value list = TRY(json::parse(json::member_text(text, "changes"), {.depth = 64, .nodes = 100'000'000}));
  ensure(list.array() != nullptr, "A plan's states are a list.");
  for (const json::Value& each : *list.array()) {
    plan.states.push_back(read_state(each));
    const json::Value* changes = each.at("changes");
    if (changes != nullptr) plan.additions[plan.states.back().id] = ",\"changes\":" + json::write(*changes);
  }
  return plan;
}

Digest digest_of(const Computed& computed, std::string_view options) {
  std::string meaning(options);
  for (const Orphan& orphan : computed.pruned()) meaning += orphan.id.view();
  return planning::plan_digest(
      computed.pair.source, computed.pair.target, meaning,
      planning::change_states(computed.plan, computed.selection.snapshot.source, computed.selection.snapshot.target));
}

Done check_unmoved(db::Connection& connection, const StoredPlan& plan, const Computed& computed) {
  if (digest_of(computed, plan.row.request) == plan.row.digest) return done();
  return refuse_moved(connection, plan, states_of(computed));
}

Done refuse_moved(db::Connection& connection, const StoredPlan& plan, const std::vector<StoredState>& states) {
  std::map<Uuid, const StoredState*> before;
  for (const StoredState& state : plan.states) before[state.id] = &state;
  Moves moves(connection, plan.row);
  for (const StoredState& now : states) {
    const auto found = before.find(now.id);
    const StoredState* was = found == before.end() ? nullptr : found->second;
    const bool same = was != nullptr && was->source == now.source && was->target == now.target;
    if (!same) TRY(moves.add(now, was, true));
    if (was != nullptr) before.erase(found);
  }
  for (const auto& [id, state] : before) TRY(moves.add(*state, state, false));
  return std::move(moves).fail();
}

}  // namespace syncline::promotion
