#include "cli/views.h"

#include <algorithm>

namespace syncline::cli {
namespace {

// Characters, not bytes: those that do not continue another one.
std::size_t width(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

void add_line(std::string& out, const std::vector<std::string>& cells, const std::vector<std::size_t>& widths) {
  std::string line;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (i > 0) line += "  ";
    line += cells[i];
    line.append(widths[i] - width(cells[i]), ' ');
  }
  line.resize(line.find_last_not_of(' ') + 1);
  out += line + "\n";
}

std::string steps_view(const json::Value& report) {
  std::vector<std::vector<std::string>> rows;
  std::vector<std::string> counted = {"created", "updated", "unchanged", "drifted", "conflicts", "excluded", "pruned"};
  if (report.text_at("kind") == "rollback") counted = {"recreated", "restored", "deleted", "conflicts"};
  const json::Value* by_step = report.at("byStep");
  for (const json::Value& step : elements(report, "steps")) {
    const json::Value* counts = by_step == nullptr ? nullptr : by_step->at(*step.string());
    std::vector<std::string> row = {*step.string()};
    for (const std::string& count : counted) row.push_back(cell(counts == nullptr ? nullptr : counts->at(count)));
    rows.push_back(std::move(row));
  }
  std::vector<std::string> header = {"STEP"};
  for (std::string title : counted) {
    for (char& c : title) c = static_cast<char>(c - 'a' + 'A');
    header.push_back(std::move(title));
  }
  return table(header, rows);
}

// Who, when, how long, and from what: of a run in the history.
std::string history_line(const json::Value& run) {
  const json::Value* by = run.at("startedBy");
  if (by == nullptr) return "";
  std::string line = "by " + by->text_at("email") + " at " + run.text_at("startedAt");
  if (cell(run.at("durationMs")) != "-") line += ", " + cell(run.at("durationMs")) + " ms";
  if (!run.text_at("planId").empty()) line += ", plan " + run.text_at("planId");
  if (!run.text_at("releaseName").empty()) line += ", release " + run.text_at("releaseName");
  if (!run.text_at("rollsBack").empty()) line += ", undoes " + run.text_at("rollsBack");
  if (!run.text_at("rolledBackBy").empty()) line += ", undone by " + run.text_at("rolledBackBy");
  return line + "\n";
}

// Why it was left, and what the target has of its own about it.
std::string remarks_of(const json::Value& item) {
  std::string remarks = item.text_at("reason");
  for (const char* mark : {"drifted", "overridden"}) {
    if (cell(item.at(mark)) != "true") continue;
    remarks += (remarks.empty() ? "" : ", ") + std::string(mark);
  }
  return remarks;
}

std::string items_view(const json::Value& report) {
  std::vector<std::vector<std::string>> rows;
  for (const json::Value& item : elements(report, "items")) {
    rows.push_back({cell(item.at("action")), cell(item.at("kind")), cell(item.at("name")), cell(item.at("targetId")),
                    remarks_of(item)});
  }
  return rows.empty() ? "" : "\n" + table({"ACTION", "KIND", "NAME", "TARGET ID", "REASON"}, rows);
}

// Bidirectional controls, and the second set of control characters, as UTF-8 has them.
bool turns_text(std::string_view bytes) {
  if (bytes.size() >= 2 && bytes[0] == '\xc2') return static_cast<unsigned char>(bytes[1]) < 0xa0;
  if (bytes.size() < 3 || bytes[0] != '\xe2') return false;
  const auto last = static_cast<unsigned char>(bytes[2]);
  if (bytes[1] == '\x80') return (last >= 0x8e && last <= 0x8f) || (last >= 0xaa && last <= 0xae);
  return bytes[1] == '\x81' && last >= 0xa6 && last <= 0xa9;
}

void append_hex(std::string& out, std::string_view bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    out += {'\\', 'x', kDigits[byte >> 4], kDigits[byte & 15]};
  }
}

// What a problem names besides: what has moved, who refers to it, until when.
std::string extension_lines(const std::string& problem) {
  const auto parsed = json::parse(problem.empty() ? "{}" : problem);
  if (!parsed.ok()) return "";
  std::string out;
  for (const char* list : {"moved", "dependents", "drifted", "edits", "orphans"}) {
    for (const json::Value& each : elements(parsed.value(), list)) {
      const json::Value* by = each.at("by") != nullptr ? each.at("by") : each.at("editedBy");
      out += "  " + std::string(list) + ": " + each.text_at("kind") + "/" + each.text_at("name");
      if (!each.text_at("side").empty()) out += " in the " + each.text_at("side");
      if (by != nullptr && !by->text_at("email").empty()) out += " by " + by->text_at("email");
      const std::string at = each.text_at("at").empty() ? each.text_at("editedAt") : each.text_at("at");
      out += (at.empty() ? "" : " at " + at) + "\n";
    }
  }
  const json::Value& value = parsed.value();
  for (const json::Value& each : elements(value, "blocked")) {
    for (const json::Value& user : elements(each, "dependents")) {
      out += "  " + each.text_at("kind") + "/" + each.text_at("name") + " is referred to by " + user.text_at("kind") +
             "/" + user.text_at("name") + "\n";
    }
  }
  if (!value.text_at("until").empty()) out += "  until " + value.text_at("until") + "\n";
  if (!value.text_at("planId").empty()) out += "  plan " + value.text_at("planId") + "\n";
  return out;
}

}  // namespace

const json::Array& elements(const json::Value& value, std::string_view name) {
  static const json::Array kNone;
  const json::Value* found = value.at(name);
  return found == nullptr || found->array() == nullptr ? kNone : *found->array();
}

std::string inert(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const auto first = static_cast<unsigned char>(text.front());
    std::size_t size = 1;
    if (turns_text(text)) {
      size = first == 0xc2 ? 2 : 3;
      append_hex(out, text.substr(0, size));
    } else if ((first < 0x20 && first != '\n') || first == 0x7f) {
      append_hex(out, text.substr(0, 1));
    } else {
      out += text.front();
    }
    text.remove_prefix(size);
  }
  return out;
}

std::string fenced(std::string_view text) {
  std::string fence = "```";
  while (text.find(fence) != std::string_view::npos) fence += '`';
  std::string out = fence + "\n" + std::string(text);
  if (!out.ends_with('\n')) out += '\n';
  return out + fence + "\n";
}

std::string cell(const json::Value* value) {
  if (value == nullptr || value->is_null()) return "-";
  if (value->string() != nullptr) return value->string()->empty() ? "-" : *value->string();
  return json::write(*value);
}

std::string table(const std::vector<std::string>& header, const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::size_t> widths;
  for (const std::string& title : header) widths.push_back(width(title));
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], width(row[i]));
  }
  std::string out;
  add_line(out, header, widths);
  for (const auto& row : rows) add_line(out, row, widths);
  return out;
}

std::string table_of(const json::Array& items, std::initializer_list<std::string_view> columns) {
  std::vector<std::string> header;
  for (const std::string_view column : columns) {
    std::string title;
    for (const char c : column) {
      if (c >= 'A' && c <= 'Z') title += ' ';
      title += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    }
    header.push_back(std::move(title));
  }
  std::vector<std::vector<std::string>> rows;
  for (const json::Value& item : items) {
    std::vector<std::string>& row = rows.emplace_back();
    for (const std::string_view column : columns) row.push_back(cell(item.at(column)));
  }
  return table(header, rows);
}

std::string report_view(const json::Value& report) {
  std::string out = report.text_at("source") + " -> " + report.text_at("target") + "   " + report.text_at("status") +
                    "   run " + report.text_at("runId") + "\n" + history_line(report) + "\n";
  const json::Value* problem = report.at("problem");
  if (problem != nullptr && !problem->is_null()) {
    return out + problem->text_at("detail") + " (" + problem->text_at("code") + ")\n" +
           extension_lines(json::write(*problem));
  }
  out += steps_view(report) + items_view(report);
  for (const json::Value& dangling : elements(report, "danglingReferences")) {
    out += "\ndangling: " + dangling.text_at("from") + " refers to " + dangling.text_at("to");
    if (dangling.at("fixedByStep") != nullptr)
      out += ", which the step " + cell(dangling.at("fixedByStep")) + " brings";
  }
  for (const json::Value& variable : elements(report, "missingVariables")) {
    out += "\nmissing in the target: variable " + variable.text_at("name") + ", used by " +
           std::to_string(elements(variable, "usedBy").size()) + " resources";
  }
  for (const json::Value& warning : elements(report, "warnings")) out += "\nwarning: " + cell(&warning);
  if (!out.ends_with('\n')) out += "\n";
  return out;
}

std::string error_view(const Error& error) {
  std::string out = "error: " + error.message + " (" + error.code + ")\n";
  for (const FieldError& field : error.fields) {
    out += "  " + (field.pointer.empty() ? "the body" : field.pointer) + ": " + field.detail + "\n";
  }
  out += extension_lines(error.extension_json);
  if (!error.context.empty()) out += "  " + error.context + "\n";
  return out;
}

}  // namespace syncline::cli
