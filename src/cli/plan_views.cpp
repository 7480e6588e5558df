#include "cli/plan_views.h"

#include <array>
#include <string_view>
#include <vector>

#include "cli/views.h"

namespace syncline::cli {
namespace {

constexpr std::size_t kLongestValue = 60;
constexpr std::size_t kLongestDiff = 40;  // lines

struct Glyph {
  std::string_view action;
  std::string_view glyph;
};
// Nothing is said by colour: each action has a sign of its own.
constexpr std::array<Glyph, 10> kGlyphs = {{{"created", "+"},
                                            {"updated", "~"},
                                            {"unchanged", "="},
                                            {"conflict", "×"},
                                            {"excluded", "·"},
                                            {"pruned", "-"},
                                            {"restored", "~"},
                                            {"deleted", "-"},
                                            {"recreated", "+"},
                                            {"kept", "!"}}};

std::string glyph_of(const json::Value& item) {
  if (cell(item.at("drifted")) == "true") return "!";
  const std::string action = item.text_at("action");
  for (const Glyph& glyph : kGlyphs) {
    if (glyph.action == action) return std::string(glyph.glyph);
  }
  return "?";
}

std::string shortened(std::string text) {
  if (text.size() <= kLongestValue) return text;
  std::size_t end = kLongestValue;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;  // Not inside a character.
  return text.substr(0, end) + "…";
}

// On one line: of a text of several, the first.
std::string value_of(const json::Value* value) {
  if (value == nullptr) return "-";
  if (value->string() == nullptr) return shortened(json::write(*value));
  const std::string& text = *value->string();
  const std::size_t line = text.find('\n');
  return line < kLongestValue ? text.substr(0, line) + "…" : shortened(text);
}

std::string count(const json::Value& plan, std::string_view name) {
  const json::Value* summary = plan.at("summary");
  return cell(summary == nullptr ? nullptr : summary->at(name));
}

bool is_rollback(const json::Value& plan) { return plan.text_at("kind") == "rollback"; }

std::string counts_line(const json::Value& plan) {
  if (is_rollback(plan)) {
    return "+ recreate " + count(plan, "recreated") + "   ~ restore " + count(plan, "restored") + "   - delete " +
           count(plan, "deleted") + "   × conflict " + count(plan, "conflicts");
  }
  return "+ create " + count(plan, "created") + "   ~ update " + count(plan, "updated") + "   = unchanged " +
         count(plan, "unchanged") + "   ! drift " + count(plan, "drifted") + "   × conflict " +
         count(plan, "conflicts") + "   · left out " + count(plan, "excluded") + "   - prune " + count(plan, "pruned");
}

std::string field_line(const json::Value& field) {
  const std::string op = field.text_at("op");
  std::string line = field.text_at("pointer");
  if (const json::Value* version = field.at("version")) line += " (version " + cell(version) + ")";
  if (op == "moved") return line + "   moved from " + field.text_at("from");
  if (field.at("textDiff") != nullptr) return line + "   text changed";
  if (field.at("before") == nullptr && field.at("after") == nullptr) return line + "   " + op;
  return line + "   " + value_of(field.at("before")) + " → " + value_of(field.at("after"));
}

std::string diff_lines(const json::Value& field, const std::string& indent) {
  const json::Value* diff = field.at("textDiff");
  if (diff == nullptr || diff->string() == nullptr) return "";
  std::string out;
  std::string_view rest = *diff->string();
  for (std::size_t lines = 0; !rest.empty(); ++lines) {
    if (lines == kLongestDiff) return out + indent + "…\n";
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    out += indent + std::string(rest.substr(0, end)) + "\n";
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return out;
}

// What a side of a copy has, or that it has moved there.
std::string side_of(const json::Value& field, std::string_view value, std::string_view change) {
  const json::Value* done = field.at(change);
  if (done != nullptr && done->text_at("op") == "moved") return "moved to " + done->text_at("to");
  return value_of(field.at(value));
}

std::string side_diff(const json::Value& field, std::string_view change, std::string_view where) {
  const json::Value* done = field.at(change);
  if (done == nullptr || done->at("textDiff") == nullptr) return "";
  return "\n" + field.text_at("pointer") + " " + std::string(where) + "\n" + diff_lines(*done, "  ");
}

std::string risks_of(const json::Value& item) {
  std::string out;
  for (const json::Value& risk : elements(item, "risks")) {
    std::string name = risk.text_at("risk");
    for (char& c : name) c = c == '_' ? ' ' : c;
    out += "  [risk: " + name + (risk.text_at("detail").empty() ? "" : " " + shortened(risk.text_at("detail"))) + "]";
  }
  return out;
}

std::string why(const json::Value& item) {
  if (!item.text_at("reason").empty()) return "  (" + item.text_at("reason") + ")";
  const json::Array& because = elements(item, "because");
  return because.empty() ? "" : "  needed by " + cell(&because.back());
}

std::string item_lines(const json::Value& item, bool with_diffs) {
  std::string out = "  " + glyph_of(item) + " " + cell(item.at("name")) + risks_of(item) + why(item) +
                    (cell(item.at("overridden")) == "true" ? "  (overridden in the target)" : "") + "\n";
  for (const json::Value& field : elements(item, "fields")) {
    out += "      " + field_line(field) + "\n";
    if (with_diffs) out += diff_lines(field, "        ");
  }
  return out;
}

std::string missing_lines(const json::Value& plan) {
  const json::Value* preflight = plan.at("preflight");
  if (preflight == nullptr) return "";
  std::string out;
  for (const json::Value& variable : elements(*preflight, "missingVariables")) {
    out += "Missing in " + plan.text_at("target") + ": variable " + variable.text_at("name");
    std::string separator = " (";
    for (const json::Value& user : elements(variable, "usedBy")) {
      out += separator + user.text_at("kind") + "/" + user.text_at("name");
      separator = ", ";
    }
    out += separator == ", " ? ")\n" : "\n";
  }
  for (const json::Value& connection : elements(*preflight, "missingCredentials")) {
    out += "No usable credentials in " + plan.text_at("target") + ": " + connection.text_at("name") + "\n";
  }
  for (const json::Value& mismatch : elements(*preflight, "embeddingMismatches")) {
    const json::Value* base = mismatch.at("knowledgeBase");
    out +=
        "Other embeddings in " + plan.text_at("target") + ": " + (base == nullptr ? "-" : base->text_at("name")) + "\n";
  }
  for (const json::Value& clash : elements(*preflight, "versionClashes")) {
    out += "Version " + cell(clash.at("version")) + " is another one in " + plan.text_at("target") + ": " +
           clash.text_at("name") + "\n";
  }
  for (const json::Value& dangling : elements(*preflight, "danglingReferences")) {
    out += "Dangling: " + dangling.text_at("from") + " refers to " + dangling.text_at("to") + "\n";
  }
  for (const json::Value& blocked : elements(*preflight, "blocked")) {
    out += "Blocked: " + blocked.text_at("detail") + " (" + blocked.text_at("code") + ")\n";
  }
  return out;
}

// Applying it as it is would be refused: a dangling reference is only told.
bool is_refused(const json::Value& plan) {
  const json::Value* preflight = plan.at("preflight");
  return preflight != nullptr && !elements(*preflight, "blocked").empty();
}

std::string orphan_lines(const json::Value& plan) {
  std::string out;
  for (const json::Value& orphan : elements(plan, "orphans")) {
    out += "  - " + orphan.text_at("kind") + "/" + orphan.text_at("name") + "  (" + orphan.text_at("reason") + ")" +
           (cell(orphan.at("willPrune")) == "true" ? "" : "  stays: not asked to prune") + "\n";
  }
  return out.empty() ? "" : "\n  orphans\n" + out;
}

std::string approval_line(const json::Value& plan) {
  const json::Value* approval = plan.at("approval");
  if (approval == nullptr || approval->is_null()) return "";
  return "Approval " + approval->text_at("status") + ": " + cell(approval->at("granted")) + " of " +
         cell(approval->at("required")) + "\n";
}

std::string escaped_cell(std::string text) {
  std::string out;
  for (const char c : text) {
    if (c == '|' || c == '\\' || c == '`' || c == '<' || c == '[' || c == '*' || c == '_') out += '\\';
    out += c == '\n' ? ' ' : c;
  }
  return out;
}

std::string quoted_dot(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (c == '\n')
      out += "\\n";
    else
      out += c;
  }
  return out + "\"";
}

// Mermaid takes entities for what would end the text.
std::string quoted_mermaid(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    const bool is_plain = static_cast<unsigned char>(c) >= 0x80 || c == ' ' || c == '-' || c == '_' || c == '/' ||
                          c == '.' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    out += is_plain ? std::string(1, c) : "#" + std::to_string(static_cast<int>(c)) + ";";
  }
  return out + "\"";
}

}  // namespace

bool has_changes(const json::Value& plan) {
  for (const char* name : {"created", "updated", "pruned", "restored", "deleted", "recreated"}) {
    if (const std::string text = count(plan, name); text != "0" && text != "-") return true;
  }
  return false;
}

bool is_blocked(const json::Value& plan) {
  const json::Value* preflight = plan.at("preflight");
  return preflight != nullptr && cell(preflight->at("ok")) == "false";
}

std::string item_view(const json::Value& item) {
  std::string out = item.text_at("kind") + "/" + cell(item.at("name")) + ": " + item.text_at("action") + "\n";
  const json::Array& because = elements(item, "because");
  std::string path;
  for (const json::Value& step : because) path += cell(&step) + " → ";
  out += because.empty() ? "  it is flagged syncable, or was named\n" : "  " + path + "this\n";
  return out + item_lines(item, true);
}

std::string plan_view(const json::Value& plan) {
  std::string out = plan.text_at("target") + " ← " + plan.text_at("source") + "   plan " + plan.text_at("planId") +
                    "   " + plan.text_at("status") + ", expires " + plan.text_at("expiresAt") + "\n  " +
                    counts_line(plan) + "\n";
  for (const json::Value& step : elements(plan, "steps")) {
    std::string lines;
    for (const json::Value& item : elements(plan, "items")) {
      if (item.text_at("kind") == *step.string()) lines += item_lines(item, false);
    }
    if (!lines.empty()) out += "\n  " + *step.string() + "\n" + lines;
  }
  out += orphan_lines(plan) + "\n" + missing_lines(plan) + approval_line(plan);
  for (const json::Value& warning : elements(plan, "warnings")) out += "Warning: " + cell(&warning) + "\n";
  if (plan.text_at("status") != "open" || (is_rollback(plan) && is_refused(plan))) return out;
  if (is_rollback(plan) && !has_changes(plan) && count(plan, "conflicts") != "0") {
    return out + "Nothing of it can be undone.\n";
  }
  if (!is_rollback(plan) && !has_changes(plan))
    return out + plan.text_at("target") + " matches " + plan.text_at("source") + ".\n";
  return out + "Apply exactly this:  syncline sync apply " + plan.text_at("planId") + "\n";
}

std::string plan_markdown(const json::Value& plan) {
  std::string out = "### " + escaped_cell(plan.text_at("source")) + " → " + escaped_cell(plan.text_at("target")) +
                    "\n\n" + counts_line(plan) + "\n\n| | kind | name | what |\n|---|---|---|---|\n";
  for (const json::Value& item : elements(plan, "items")) {
    std::string what = escaped_cell(risks_of(item) + why(item));
    what.erase(0, what.find_first_not_of(' '));
    for (const json::Value& field : elements(item, "fields")) what += "<br>" + escaped_cell(field_line(field));
    out += "| " + glyph_of(item) + " | " + cell(item.at("kind")) + " | " + escaped_cell(cell(item.at("name"))) + " | " +
           what + " |\n";
  }
  const std::string missing = missing_lines(plan) + approval_line(plan);
  if (!missing.empty()) out += "\n```\n" + missing + "```\n";
  return out + "\nPlan `" + plan.text_at("planId") + "`, expires " + plan.text_at("expiresAt") + "\n";
}

std::string graph_dot(const json::Value& graph) {
  std::string out = "digraph plan {\n  rankdir=LR;\n  node [shape=box];\n";
  for (const json::Value& node : elements(graph, "nodes")) {
    const std::string label =
        quoted_dot(node.text_at("kind") + "/" + node.text_at("name") + "\n" + node.text_at("action"));
    out += "  " + quoted_dot(node.text_at("id")) + " [label=" + label + "];\n";
  }
  for (const json::Value& edge : elements(graph, "edges")) {
    out += "  " + quoted_dot(edge.text_at("from")) + " -> " + quoted_dot(edge.text_at("to")) + ";\n";
  }
  return out + "}\n";
}

std::string graph_mermaid(const json::Value& graph) {
  std::string out = "graph LR\n";
  for (const json::Value& node : elements(graph, "nodes")) {
    out += "  n" + node.text_at("id") + "[" +
           quoted_mermaid(node.text_at("kind") + "/" + node.text_at("name") + " " + node.text_at("action")) + "]\n";
  }
  for (const json::Value& edge : elements(graph, "edges")) {
    out += "  n" + edge.text_at("from") + " --> n" + edge.text_at("to") + "\n";
  }
  return "```mermaid\n" + out + "```\n";
}

std::string drift_view(const json::Value& item) {
  std::string out = item.text_at("kind") + "/" + item.text_at("name") + "  from " + item.text_at("syncedFrom") + "\n";
  std::vector<std::vector<std::string>> rows;
  std::string texts;
  for (const json::Value& field : elements(item, "fields")) {
    rows.push_back({field.text_at("pointer"), field.text_at("state"), value_of(field.at("lastSynced")),
                    side_of(field, "source", "inSource"), side_of(field, "target", "inTarget")});
    texts += side_diff(field, "inSource", "in the source") + side_diff(field, "inTarget", "here");
  }
  return out + table({"FIELD", "CHANGED", "LAST SYNCED", "IN THE SOURCE", "HERE"}, rows) + texts;
}

}  // namespace syncline::cli
