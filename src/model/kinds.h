#pragma once
// The one table of kinds. A new kind is a row here and a scenario. No other list of kinds exists.

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace syncline {

// In sync order (S5); the number is stored.
enum class Kind : std::uint8_t { document, connection, knowledge_base, tool, workflow, agent, evaluation };

// Where a body of a kind names another resource: a JSON Pointer in which `*` stands for any element or member.
struct ReferenceField {
  std::string_view pointer;
  Kind kind;
};

struct KindInfo {
  Kind kind;
  std::string_view step;      // wire name: the plural of routes, steps and reports
  std::string_view singular;  // for people
  std::string_view description;
  bool versioned = false;
  bool holds_credentials = false;
  bool calls_out = false;  // hosts in its body are talked to
  std::span<const ReferenceField> references = {};
};

inline constexpr ReferenceField kKnowledgeBaseReferences[] = {
    {"/documents/*/documentId", Kind::document},
    {"/connectionId", Kind::connection},
};
inline constexpr ReferenceField kToolReferences[] = {
    {"/connectionId", Kind::connection},
    {"/knowledgeBaseIds/*", Kind::knowledge_base},
};
inline constexpr ReferenceField kWorkflowReferences[] = {
    {"/steps/*/toolId", Kind::tool},
    {"/steps/*/agentId", Kind::agent},
    {"/steps/*/workflowId", Kind::workflow},
    {"/steps/*/connectionId", Kind::connection},
};
inline constexpr ReferenceField kAgentReferences[] = {
    {"/tools/*/toolId", Kind::tool},
    {"/knowledgeBases/*/knowledgeBaseId", Kind::knowledge_base},
    {"/workflows/*/workflowId", Kind::workflow},
    {"/subAgents/*/agentId", Kind::agent},
    {"/widgets/*/enrich/*/toolId", Kind::tool},
};
inline constexpr ReferenceField kEvaluationReferences[] = {
    {"/agents/*/agentId", Kind::agent},
};

inline constexpr std::array<KindInfo, 7> kKinds = {{
    {.kind = Kind::document,
     .step = "documents",
     .singular = "document",
     .description = "Uploaded files and document references"},
    {.kind = Kind::connection,
     .step = "connections",
     .singular = "connection",
     .description = "API credentials and service connections",
     .holds_credentials = true,
     .calls_out = true},
    {.kind = Kind::knowledge_base,
     .step = "knowledgeBases",
     .singular = "knowledge base",
     .description = "Document collections with embeddings",
     .references = kKnowledgeBaseReferences},
    {.kind = Kind::tool,
     .step = "tools",
     .singular = "tool",
     .description = "All tool types (HTTP, JavaScript, etc.)",
     .versioned = true,
     .calls_out = true,
     .references = kToolReferences},
    {.kind = Kind::workflow,
     .step = "workflows",
     .singular = "workflow",
     .description = "Multi-step process definitions",
     .versioned = true,
     .calls_out = true,
     .references = kWorkflowReferences},
    {.kind = Kind::agent,
     .step = "agents",
     .singular = "agent",
     .description = "Agent configurations with all dependencies",
     .versioned = true,
     .references = kAgentReferences},
    {.kind = Kind::evaluation,
     .step = "evaluations",
     .singular = "evaluation",
     .description = "Test suites for agent validation",
     .references = kEvaluationReferences},
}};

constexpr bool every_kind_has_its_row() {
  for (std::size_t i = 0; i < kKinds.size(); ++i) {
    if (kKinds[i].kind != static_cast<Kind>(i)) return false;
  }
  return true;
}
static_assert(every_kind_has_its_row());

constexpr const KindInfo& info(Kind kind) { return kKinds[static_cast<std::size_t>(kind)]; }

constexpr std::optional<Kind> kind_of_step(std::string_view step) {
  for (const KindInfo& row : kKinds) {
    if (row.step == step) return row.kind;
  }
  return std::nullopt;
}

}  // namespace syncline
