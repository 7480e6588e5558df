#include "promotion/stale.h"

#include <map>
#include <utility>

#include "base/json.h"
#include "catalog/view.h"
#include "planning/plan_digest.h"
#include "promotion/compressed.h"
#include "promotion/plan_graph.h"
#include "promotion/plans.h"
#include "store/resources.h"

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
      : connection_(connection), people_(connection), plan_(plan) {}

  Done add(const StoredState& state, bool is_planned) {
    ++count_;
    if (items_.size() >= kMostMoved) return done();
    const bool in_source = TRY(add_source(state));
    const bool in_target = TRY(add_target(state));
    if (!in_source && !in_target) {
      return add_item(state, "source", is_planned ? "taken" : "left_out", nullptr);
    }
    return done();
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
  Result<bool> add_source(const StoredState& state) {
    const auto row = TRY(store::find_resource(connection_, plan_.source, state.source_id));
    if (!row) {
      TRY(add_item(state, "source", "deleted", nullptr));
      return true;
    }
    if (row->changed_at.value_or(0) <= plan_.source_revision) return false;
    TRY(add_item(state, "source", row->created_at >= plan_.created_at ? "created" : "edited", &*row));
    return true;
  }

  Result<bool> add_target(const StoredState& state) {
    const auto row = TRY(store::find_resource(connection_, plan_.target, state.id));
    if (!row) {
      if (!existed(state)) return false;
      TRY(add_item(state, "target", "deleted", nullptr));
      return true;
    }
    if (row->changed_at.value_or(0) > plan_.target_revision) {
      TRY(add_item(state, "target", "edited", &*row));
      return true;
    }
    if (row->changed_at || row->updated_at < plan_.created_at) return false;
    TRY(add_item(state, "target", "synced", &*row));
    return true;
  }

  // Of an item that was planned: whether it was to be written over something. One that was not had a copy.
  static bool existed(const StoredState& state) { return state.target != hex(Digest{}); }

  Done add_item(const StoredState& state, std::string_view side, std::string_view change,
                const store::ResourceRow* row) {
    json::Object item{{"kind", info(state.kind).step},
                      {"id", (side == "source" ? state.source_id : state.id).text()},
                      {"name", state.name},
                      {"side", side},
                      {"change", change}};
    item.add("by", row == nullptr ? json::Value() : TRY(people_.of(row->updated_by)));
    item.add("at", row == nullptr ? json::Value() : json::Value(format_time(row->updated_at)));
    items_.emplace_back(std::move(item));
    return done();
  }

  db::Connection& connection_;
  catalog::People people_;
  const store::PlanRow& plan_;
  std::size_t count_ = 0;
  json::Array items_;
};

}  // namespace

std::string states_json(const Computed& computed, const Additions& changes) {
  std::string out = "{\"changes\":[";
  const char* separator = "";
  for (const StoredState& state : states_of(computed)) {
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
  return out + "],\"graph\":" + graph_json(computed) + "}";
}

Result<std::optional<StoredPlan>> load_stored_plan(db::Connection& connection, const Pair& pair,
                                                   const std::optional<Uuid>& id, TimeMs now) {
  if (!id) return std::optional<StoredPlan>();
  StoredPlan plan{.row = TRY(take_plan(connection, pair, "sync", *id, now))};
  const store::PlanTexts texts = TRY(store::load_plan_texts(connection, plan.row));
  const std::string text = TRY(decompress(texts.states));
  const json::Value list = TRY(json::parse(json::member_text(text, "changes"), {.depth = 64, .nodes = 100'000'000}));
  ensure(list.array() != nullptr, "A plan's states are a list.");
  for (const json::Value& each : *list.array()) {
    plan.states.push_back(read_state(each));
    const json::Value* changes = each.at("changes");
    if (changes != nullptr) plan.additions[plan.states.back().id] = ",\"changes\":" + json::write(*changes);
  }
  return std::optional(std::move(plan));
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
  std::map<Uuid, const StoredState*> before;
  for (const StoredState& state : plan.states) before[state.id] = &state;
  Moves moves(connection, plan.row);
  for (const StoredState& now : states_of(computed)) {
    const auto found = before.find(now.id);
    const bool same =
        found != before.end() && found->second->source == now.source && found->second->target == now.target;
    if (!same) TRY(moves.add(now, true));
    if (found != before.end()) before.erase(found);
  }
  for (const auto& [id, state] : before) TRY(moves.add(*state, false));
  return std::move(moves).fail();
}

}  // namespace syncline::promotion
