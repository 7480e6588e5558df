#include "planning/risks.h"

#include <algorithm>
#include <array>

namespace syncline::planning {
namespace {

constexpr std::array<std::string_view, 16> kCodeFields = {
    "code",   "script",   "javascript", "js",         "python",    "sql",     "query",    "pipeline",
    "filter", "function", "handler",    "expression", "transform", "command", "mutation", "aggregate"};

char lower(char character) {
  return character >= 'A' && character <= 'Z' ? static_cast<char>(character - 'A' + 'a') : character;
}

// Case does not matter in a scheme.
std::size_t find_scheme_end(std::string_view text, std::size_t from) {
  for (std::size_t at = text.find("://", from); at != std::string_view::npos; at = text.find("://", at + 1)) {
    std::string scheme;
    for (std::size_t i = at - std::min<std::size_t>(at, 5); i < at; ++i) scheme += lower(text[i]);
    if (scheme.ends_with("http") || scheme == "https") return at + 3;
  }
  return std::string_view::npos;
}

// Up to where a path, a query or the text around it begins; braces of an expression are part of it.
std::string_view authority_at(std::string_view text) {
  std::size_t depth = 0;
  std::size_t end = 0;
  for (; end < text.size(); ++end) {
    const char character = text[end];
    if (character == '{') ++depth;
    if (character == '}') {
      if (depth == 0) break;
      --depth;
    }
    if (depth == 0 && std::string_view("/?#\\\"'`<>()[], \t\r\n").find(character) != std::string_view::npos) break;
  }
  return text.substr(0, end);
}

void append_code(std::vector<FieldChange>& changes, const json::Value& value, const std::string& pointer) {
  if (is_code(pointer)) {
    changes.push_back({.pointer = pointer, .op = DiffOp::added, .after = value});
  } else if (const json::Object* object = value.object()) {
    for (const json::Member& member : object->members())
      append_code(changes, member.value, pointer + "/" + member.name);
  } else if (const json::Array* array = value.array()) {
    for (std::size_t i = 0; i < array->size(); ++i) {
      append_code(changes, (*array)[i], pointer + "/" + std::to_string(i));
    }
  }
}

void add_new(std::vector<RiskMark>& marks, Risk risk, const std::set<std::string>& before,
             const std::set<std::string>& after) {
  for (const std::string& name : after) {
    if (!before.contains(name)) marks.push_back({.risk = risk, .detail = name});
  }
}

}  // namespace

std::string_view risk_name(Risk risk) {
  constexpr std::string_view kNames[] = {"new_host", "new_variable", "changed_code", "changed_credential"};
  return kNames[static_cast<int>(risk)];
}

void append_texts(std::vector<std::string_view>& texts, const json::Value& value) {
  if (const std::string* text = value.string()) {
    texts.push_back(*text);
  } else if (const json::Object* object = value.object()) {
    for (const json::Member& member : object->members()) append_texts(texts, member.value);
  } else if (const json::Array* array = value.array()) {
    for (const json::Value& element : *array) append_texts(texts, element);
  }
}

void add_hosts(std::set<std::string>& hosts, std::string_view text) {
  for (std::size_t at = find_scheme_end(text, 0); at != std::string_view::npos; at = find_scheme_end(text, at)) {
    std::string_view authority = authority_at(text.substr(at));
    if (const std::size_t sign_in = authority.rfind('@'); sign_in != std::string_view::npos) {
      authority.remove_prefix(sign_in + 1);  // It may hold a password.
    }
    std::string host;
    for (const char character : authority) host += lower(character);
    if (authority.find('{') != std::string_view::npos) host = authority;
    if (!host.empty()) hosts.insert(std::move(host));
  }
}

bool is_code(std::string_view pointer) {
  const std::string_view last = pointer.substr(pointer.rfind('/') + 1);
  return std::find(kCodeFields.begin(), kCodeFields.end(), last) != kCodeFields.end();
}

std::vector<FieldChange> code_in(const json::Value& value, const std::string& pointer) {
  std::vector<FieldChange> changes;
  append_code(changes, value, pointer);
  return changes;
}

std::vector<RiskMark> find_risks(const Reach& before, const Reach& after, const std::vector<FieldChange>& changes) {
  std::vector<RiskMark> marks;
  add_new(marks, Risk::new_host, before.hosts, after.hosts);
  add_new(marks, Risk::new_variable, before.variables, after.variables);
  for (const FieldChange& change : changes) {
    std::vector<FieldChange> inside{change};
    // An entry that comes or changes as a whole may hold code further in.
    if (!is_code(change.pointer)) inside = code_in(change.after, change.pointer);
    for (const FieldChange& code : inside) {
      marks.push_back({.risk = Risk::changed_code,
                       .detail = code.pointer.substr(code.pointer.rfind('/') + 1),
                       .pointer = code.pointer});
    }
  }
  return marks;
}

}  // namespace syncline::planning
