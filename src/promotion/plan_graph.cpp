#include "promotion/plan_graph.h"

#include <set>
#include <utility>

#include "base/json.h"
#include "promotion/items.h"

namespace syncline::promotion {
namespace {

using planning::Index;
using planning::kNone;

class Graph {
 public:
  explicit Graph(const Computed& computed)
      : source_(computed.selection.snapshot.source),
        closure_(computed.selection.closure),
        actions_(source_.size(), "unchanged"),
        is_node_(source_.size(), false) {
    for (const planning::Excluded& excluded : closure_.excluded) {
      if (excluded.resource == kNone) continue;
      actions_[excluded.resource] = "excluded";
      add_path(excluded.resource, excluded.by);
    }
    for (const planning::Change& change : computed.plan.changes) {
      actions_[change.resource] = planning::action_name(change.action);
      if (change.action != planning::Action::unchanged) add_change(change.resource);
    }
  }

  std::string write() const {
    std::string out = "{\"nodes\":[";
    for (const Index node : nodes_) {
      if (node != nodes_.front()) out += ',';
      out += "{\"kind\":";
      append_kind(out, source_[node].kind);
      out += ",\"id\":";
      append_id(out, source_[node].id);
      out += ",\"name\":";
      json::append_string(out, source_[node].name);
      out.append(",\"action\":\"").append(actions_[node]).append("\"}");
    }
    out += "],\"edges\":[";
    const char* separator = "";
    for (const auto& [from, to] : edges_) {
      out.append(separator).append("{\"from\":");
      append_id(out, source_[from].id);
      out += ",\"to\":";
      append_id(out, source_[to].id);
      out += '}';
      separator = ",";
    }
    return out + "]}";
  }

 private:
  void add_node(Index resource) {
    if (is_node_[resource]) return;
    is_node_[resource] = true;
    nodes_.push_back(resource);
  }

  void add_change(Index resource) {
    add_path(resource, closure_.via[resource]);
    const std::string_view refs = source_[resource].refs;
    for (std::size_t n = 0; n < planning::count_ids(refs); ++n) {
      const Index to = source_.find(planning::id_at(refs, n));
      if (to == kNone) continue;
      add_node(to);
      edges_.emplace(resource, to);
    }
  }

  void add_path(Index resource, Index via) {
    add_node(resource);
    for (; via != kNone && edges_.emplace(via, resource).second; resource = via, via = closure_.via[via]) add_node(via);
  }

  const planning::Source& source_;
  const planning::Closure& closure_;
  std::vector<std::string_view> actions_;
  std::vector<bool> is_node_;
  std::vector<Index> nodes_;
  std::set<std::pair<Index, Index>> edges_;
};

}  // namespace

std::string graph_json(const Computed& computed) { return Graph(computed).write(); }

}  // namespace syncline::promotion
