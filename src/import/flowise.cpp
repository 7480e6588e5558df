#include "import/flowise.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "base/json.h"
#include "base/uuid.h"

namespace syncline::import {
namespace {

constexpr std::size_t kLongestName = 200;
constexpr json::Limits kFileLimits{.depth = 200, .nodes = 5'000'000};
// c1b3a6f0-5d0e-5c8b-9a67-2f1d4e8b7a31: made for this importer.
constexpr Uuid kNamespace{
    {0xc1, 0xb3, 0xa6, 0xf0, 0x5d, 0x0e, 0x5c, 0x8b, 0x9a, 0x67, 0x2f, 0x1d, 0x4e, 0x8b, 0x7a, 0x31}};

std::string derive_id(std::string_view key) {
  Uuid id = make_uuid5(kNamespace, key);
  id.bytes[6] = static_cast<std::uint8_t>((id.bytes[6] & 0x0f) | 0x80);
  return id.text();
}

// Cut between characters, for names have a limit.
std::string shortened(std::string text, std::size_t most) {
  if (text.size() <= most) return text;
  while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xc0) == 0x80) --most;
  text.resize(most);
  return text;
}

std::string stem_of(std::string_view source) {
  std::string_view stem = source.substr(source.rfind('/') + 1);
  if (stem.ends_with(".json")) stem.remove_suffix(5);
  return std::string(stem);
}

json::Array references(std::string_view member, const std::vector<std::string>& ids) {
  json::Array entries;
  for (const std::string& id : ids) entries.emplace_back(json::Object{{std::string(member), id}});
  return entries;
}

struct Node {
  std::string id;    // in the flow
  std::string name;  // of its type: "toolAgent"
  std::string label;
  std::string category;
  const json::Value* data = nullptr;
  std::string_view text;
};

// Everything that one flow says.
class Flow {
 public:
  Flow(std::string key, std::string name, std::string description)
      : key_(std::move(key)), name_(std::move(name)), description_(std::move(description)) {}

  std::vector<Resource> read(const json::Value& document, std::string_view text) {
    read_nodes(document, text);
    read_edges(document);
    for (const Node& node : nodes_) {
      if (is_loader(node)) add_document(node);
      if (is_store(node)) add_knowledge_base(node);
      if (is_tool(node)) add_tool(node);
    }
    for (const Node& node : nodes_) {
      if (is_agent(node)) add_agent(node);
    }
    add_workflow(text);
    return std::move(resources_);
  }

 private:
  static bool is_agent(const Node& node) {
    constexpr std::array<std::string_view, 8> kNames = {"agentAgentflow", "seqAgent",     "seqLLMNode",  "supervisor",
                                                        "worker",         "llmAgentflow", "seqToolNode", "agent"};
    return node.category == "Agents" || std::find(kNames.begin(), kNames.end(), node.name) != kNames.end();
  }
  static bool is_tool(const Node& node) { return node.category == "Tools"; }
  static bool is_store(const Node& node) { return node.category == "Vector Stores" || node.category == "Retrievers"; }
  static bool is_loader(const Node& node) { return node.category == "Document Loaders"; }

  std::string id_of(const Node& node) const { return derive_id(key_ + "#" + node.id); }
  std::string title(const Node& node) const {
    return shortened(name_ + " / " + (node.label.empty() ? node.name : node.label), kLongestName);
  }

  void read_nodes(const json::Value& document, std::string_view text) {
    const json::Value* nodes = document.at("nodes");
    if (nodes == nullptr || nodes->array() == nullptr) return;
    const std::vector<std::string_view> texts = json::element_texts(json::member_text(text, "nodes"));
    for (std::size_t i = 0; i < nodes->array()->size(); ++i) {
      const json::Value& node = (*nodes->array())[i];
      const json::Value* data = node.at("data");
      if (data == nullptr || data->object() == nullptr) continue;
      nodes_.push_back({.id = node.text_at("id"),
                        .name = data->text_at("name"),
                        .label = data->text_at("label"),
                        .category = data->text_at("category"),
                        .data = data,
                        .text = texts[i]});
    }
  }

  void read_edges(const json::Value& document) {
    const json::Value* edges = document.at("edges");
    if (edges == nullptr || edges->array() == nullptr) return;
    for (const json::Value& edge : *edges->array()) into_[edge.text_at("target")].insert(edge.text_at("source"));
  }

  // Nodes of a sort that lead into this one, over nodes of no sort of ours (embeddings, splitters) too.
  template <typename Wanted>
  std::vector<std::string> ids_into(const Node& node, Wanted wanted) const {
    std::vector<std::string> found;
    std::set<std::string> seen = {node.id};
    std::vector<std::string> waiting = {node.id};
    while (!waiting.empty()) {
      const std::string at = std::move(waiting.back());
      waiting.pop_back();
      const auto sources = into_.find(at);
      if (sources == into_.end()) continue;
      for (const Node& other : nodes_) {
        if (!sources->second.contains(other.id) || !seen.insert(other.id).second) continue;
        if (wanted(other))
          found.push_back(id_of(other));
        else if (!is_agent(other) && !is_tool(other) && !is_store(other))
          waiting.push_back(other.id);
      }
    }
    std::sort(found.begin(), found.end());
    return found;
  }

  const json::Value* input(const Node& node, std::string_view name) const {
    const json::Value* inputs = node.data->at("inputs");
    return inputs == nullptr ? nullptr : inputs->at(name);
  }

  // One connection for each type of credential: the types that a node's credential input takes.
  std::optional<std::string> connection_of(const Node& node) {
    const json::Value* params = node.data->at("inputParams");
    if (params == nullptr || params->array() == nullptr) return std::nullopt;
    for (const json::Value& param : *params->array()) {
      const json::Value* names = param.at("credentialNames");
      if (names == nullptr || names->array() == nullptr || names->array()->empty()) continue;
      const std::string* type = names->array()->front().string();
      if (type == nullptr) continue;
      const std::string id = derive_id("credential/" + *type);
      resources_.push_back({.kind = "connections",
                            .id = id,
                            .name = *type,
                            .description = "Credential of Flowise",
                            .body = json::write(json::Object{{"type", *type}})});
      return id;
    }
    return std::nullopt;
  }

  void add(std::string_view kind, const Node& node, json::Object body) {
    body.add("flowise", json::Raw{std::string(node.text)});
    resources_.push_back({.kind = std::string(kind),
                          .id = id_of(node),
                          .name = title(node),
                          .description = "From the flow " + name_,
                          .body = json::write(body)});
  }

  void add_document(const Node& node) { add("documents", node, {{"fileName", node.label}}); }

  void add_knowledge_base(const Node& node) {
    json::Object body{{"documents", references("documentId", ids_into(node, is_loader))}};
    if (const auto connection = connection_of(node)) body.add("connectionId", *connection);
    add("knowledgeBases", node, std::move(body));
  }

  void add_tool(const Node& node) {
    const std::vector<std::string> stores = ids_into(node, is_store);
    json::Array store_ids;
    for (const std::string& id : stores) store_ids.emplace_back(id);
    const auto connection = connection_of(node);
    const std::string type = !stores.empty() ? "rag" : connection ? "apiConnection" : "javascript";
    json::Object body{{"type", type}};
    if (!stores.empty()) body.add("knowledgeBaseIds", std::move(store_ids));
    if (connection) body.add("connectionId", *connection);
    add("tools", node, std::move(body));
  }

  // "<uuid>:<name>" of a document store; the uuid of a custom tool.
  void add_chosen(const Node& node, std::vector<std::string>& tools, std::vector<std::string>& stores) const {
    if (const json::Value* chosen = input(node, "agentTools"); chosen != nullptr && chosen->array() != nullptr) {
      for (const json::Value& each : *chosen->array()) {
        const json::Value* config = each.at("agentSelectedToolConfig");
        if (config == nullptr) continue;
        if (const auto id = parse_uuid(config->text_at("selectedTool")))
          tools.push_back(derive_id("tool/" + id->text()));
      }
    }
    const json::Value* chosen = input(node, "agentKnowledgeDocumentStores");
    if (chosen == nullptr || chosen->array() == nullptr) return;
    for (const json::Value& each : *chosen->array()) {
      const std::string text = each.text_at("documentStore");
      if (const auto id = parse_uuid(std::string_view(text).substr(0, text.find(':')))) {
        stores.push_back(derive_id("documentStore/" + id->text()));
      }
    }
  }

  void add_agent(const Node& node) {
    std::vector<std::string> tools = ids_into(node, is_tool);
    std::vector<std::string> stores = ids_into(node, is_store);
    add_chosen(node, tools, stores);
    const bool supervises = node.name == "supervisor";
    json::Object body{{"type", supervises ? "supervisor" : "default"},
                      {"tools", references("toolId", tools)},
                      {"knowledgeBases", references("knowledgeBaseId", stores)}};
    if (supervises) body.add("subAgents", references("agentId", workers_of(node)));
    (void)connection_of(node);
    add("agents", node, std::move(body));
  }

  std::vector<std::string> workers_of(const Node& supervisor) const {
    std::vector<std::string> workers;
    for (const Node& node : nodes_) {
      const auto sources = into_.find(node.id);
      if (node.name == "worker" && sources != into_.end() && sources->second.contains(supervisor.id)) {
        workers.push_back(id_of(node));
      }
    }
    return workers;
  }

  void add_workflow(std::string_view text) {
    json::Array steps;
    for (const Node& node : nodes_) {
      if (is_agent(node)) {
        steps.emplace_back(json::Object{{"id", node.id}, {"type", "call-agent"}, {"agentId", id_of(node)}});
      } else if (is_tool(node)) {
        steps.emplace_back(json::Object{{"id", node.id}, {"type", "call-tool"}, {"toolId", id_of(node)}});
      } else if (const auto connection = connection_of(node)) {
        steps.emplace_back(json::Object{{"id", node.id}, {"type", "call-api"}, {"connectionId", *connection}});
      }
    }
    resources_.push_back(
        {.kind = "workflows",
         .id = derive_id(key_),
         .name = shortened(name_, kLongestName),
         .description = description_,
         .body = json::write(json::Object{{"steps", std::move(steps)}, {"flowise", json::Raw{std::string(text)}}})});
  }

  std::string key_;
  std::string name_;
  std::string description_;
  std::vector<Node> nodes_;
  std::map<std::string, std::set<std::string>> into_;  // node → nodes with an edge into it
  std::vector<Resource> resources_;
};

std::string description_of(const json::Value& document) { return shortened(document.text_at("description"), 10'000); }

Resource custom_tool(const std::string& key, std::string name, const json::Value& document, std::string_view text) {
  return {.kind = "tools",
          .id = derive_id(key),
          .name = shortened(std::move(name), kLongestName),
          .description = description_of(document),
          .body = json::write(json::Object{{"type", "javascript"}, {"flowise", json::Raw{std::string(text)}}})};
}

Resource document_store(const std::string& key, const json::Value& document, std::string_view text) {
  return {.kind = "knowledgeBases",
          .id = derive_id(key),
          .name = shortened(document.text_at("name"), kLongestName),
          .description = description_of(document),
          .body = json::write(json::Object{{"documents", json::Array{}}, {"flowise", json::Raw{std::string(text)}}})};
}

void append(std::vector<Resource>& to, std::vector<Resource> more) {
  std::move(more.begin(), more.end(), std::back_inserter(to));
}

// One entity of an export, which has an id of Flowise.
Result<std::vector<Resource>> read_entity(std::string_view type, const json::Value& entity, std::string_view text) {
  std::vector<Resource> resources;
  const std::string id = entity.text_at("id");
  if (type == "Tool") {
    resources.push_back(custom_tool("tool/" + id, entity.text_at("name"), entity, text));
  } else if (type == "DocumentStore") {
    resources.push_back(document_store("documentStore/" + id, entity, text));
  } else {
    const std::string flow_text = entity.text_at("flowData");
    const json::Value flow = TRY(json::parse(flow_text, kFileLimits));
    append(resources, Flow("flow/" + id, entity.text_at("name"), description_of(entity)).read(flow, flow_text));
  }
  return resources;
}

// An object with an array for each type of entity. Chats, variables and such are no configuration, and passed over.
Result<std::vector<Resource>> read_export(const json::Value& document, std::string_view text) {
  constexpr std::array<std::string_view, 6> kTypes = {"Tool",      "DocumentStore", "ChatFlow",
                                                      "AgentFlow", "AgentFlowV2",   "AssistantFlow"};
  std::vector<Resource> resources;
  bool is_export = false;
  for (const std::string_view type : kTypes) {
    const json::Value* entities = document.at(type);
    if (entities == nullptr || entities->array() == nullptr) continue;
    is_export = true;
    const std::vector<std::string_view> texts = json::element_texts(json::member_text(text, type));
    for (std::size_t i = 0; i < entities->array()->size(); ++i) {
      append(resources, TRY(read_entity(type, (*entities->array())[i], texts[i])));
    }
  }
  if (!is_export) {
    return fail(ErrorKind::invalid, "unknown_format", "This is no flow, tool or export of Flowise.");
  }
  return resources;
}

}  // namespace

Result<std::vector<Resource>> read_flowise(std::string_view source, std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  const json::Value document = TRY(json::parse(text, kFileLimits));
  const std::string key = "file/" + std::string(source);
  if (document.at("nodes") != nullptr && document.at("nodes")->array() != nullptr) {
    return without_repeats(Flow(key, stem_of(source), description_of(document)).read(document, text));
  }
  if (document.at("func") != nullptr) {
    std::string name = document.text_at("name");
    if (name.empty()) name = stem_of(source);
    return std::vector<Resource>{custom_tool(key, std::move(name), document, text)};
  }
  return without_repeats(TRY(read_export(document, text)));
}

std::vector<Resource> without_repeats(std::vector<Resource> resources) {
  std::set<std::string> seen;
  std::erase_if(resources, [&](const Resource& resource) { return !seen.insert(resource.id).second; });
  return resources;
}

}  // namespace syncline::import
