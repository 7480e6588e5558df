#include "secrets/template_expression.h"

#include <algorithm>

namespace syncline::secrets {
namespace {

bool starts_name(char character) {
  return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z') || character == '_';
}

bool is_digit(char character) { return character >= '0' && character <= '9'; }

std::string_view take_name(std::string_view& text) {
  if (text.empty() || !starts_name(text[0])) return {};
  std::size_t size = 1;
  while (size < text.size() && (starts_name(text[size]) || is_digit(text[size]))) ++size;
  const std::string_view name = text.substr(0, size);
  text.remove_prefix(size);
  return name;
}

bool take(std::string_view& text, std::string_view expected) {
  if (!text.starts_with(expected)) return false;
  text.remove_prefix(expected.size());
  return true;
}

void skip_spaces(std::string_view& text) { text.remove_prefix(std::min(text.find_first_not_of(' '), text.size())); }

bool take_dotted_name(std::string_view& text) {
  do {
    if (take_name(text).empty()) return false;
  } while (take(text, "."));
  return true;
}

bool take_numbers(std::string_view& text) {
  text.remove_prefix(std::min(text.find_first_not_of("0123456789, "), text.size()));
  return take(text, ")");
}

bool take_transform(std::string_view& text) {
  skip_spaces(text);
  if (take_name(text).empty()) return false;
  return !take(text, "(") || take_numbers(text);
}

bool is_expression(std::string_view inside) {
  skip_spaces(inside);
  if (!take_dotted_name(inside)) return false;
  skip_spaces(inside);
  while (take(inside, "|")) {
    if (!take_transform(inside)) return false;
    skip_spaces(inside);
  }
  return inside.empty();
}

bool names_variable(std::string_view inside) {
  skip_spaces(inside);
  return inside.starts_with("vars.");
}

std::string_view inside_of(std::string_view value, std::string_view open, std::string_view close) {
  if (value.size() < open.size() + close.size() || !value.starts_with(open) || !value.ends_with(close)) return {};
  return value.substr(open.size(), value.size() - open.size() - close.size());
}

}  // namespace

bool is_template_expression(std::string_view value) {
  const std::string_view in_double_braces = inside_of(value, "{{", "}}");
  if (!in_double_braces.empty()) return names_variable(in_double_braces) && is_expression(in_double_braces);
  return is_expression(inside_of(value, "${", "}"));
}

std::vector<std::string> variables_used(std::string_view text) {
  std::vector<std::string> names;
  for (std::size_t brace = text.find('{'); brace != std::string_view::npos; brace = text.find('{', brace + 1)) {
    if (brace == 0 || (text[brace - 1] != '$' && text[brace - 1] != '{')) continue;
    std::string_view rest = text.substr(brace + 1);
    skip_spaces(rest);
    if (!take(rest, "vars.")) continue;
    const std::string_view name = take_name(rest);
    if (!name.empty()) names.emplace_back(name);
  }
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

}  // namespace syncline::secrets
