#include "db/postgres/batch.h"

#include <cctype>

namespace syncline::db {
namespace {

struct TypeName {
  std::uint32_t oid;
  const char* name;
};
// Of PostgreSQL's pg_type, where these numbers are fixed.
constexpr TypeName kTypes[] = {{16, "bool"}, {17, "bytea"},   {20, "int8"},
                               {25, "text"}, {701, "float8"}, {2950, "uuid"}};

const char* type_name(std::uint32_t oid) {
  for (const TypeName& type : kTypes) {
    if (type.oid == oid) return type.name;
  }
  return nullptr;
}

std::optional<std::string> arrays_of(const std::vector<std::uint32_t>& types) {
  std::string arrays = "unnest(";
  std::string columns;
  for (std::size_t i = 0; i < types.size(); ++i) {
    const char* name = type_name(types[i]);
    if (name == nullptr) return std::nullopt;
    const std::string number = std::to_string(i + 1);
    arrays += (i == 0 ? "$" : ", $") + number + "::" + name + "[]";
    columns += (i == 0 ? "p" : ", p") + number;
  }
  return arrays + ") AS b(" + columns + ")";
}

// $12 becomes b.p12.
std::string with_columns(std::string_view text) {
  std::string replaced;
  for (const char c : text) {
    if (c == '$')
      replaced += "b.p";
    else
      replaced += c;
  }
  return replaced;
}

bool has(std::string_view text, std::string_view word) { return text.find(word) != std::string_view::npos; }

// Where the parenthesis that opens at `open` closes.
std::size_t closing(std::string_view text, std::size_t open) {
  int depth = 0;
  for (std::size_t at = open; at < text.size(); ++at) {
    if (text[at] == '(') ++depth;
    if (text[at] == ')' && --depth == 0) return at;
  }
  return std::string_view::npos;
}

std::optional<std::string> insert_arrays(std::string_view sql, const std::string& arrays) {
  constexpr std::string_view kValues = "VALUES (";
  const std::size_t values = sql.find(kValues);
  if (values == std::string_view::npos) return std::nullopt;
  const std::size_t open = values + kValues.size() - 1;
  const std::size_t close = closing(sql, open);
  if (close == std::string_view::npos) return std::nullopt;
  const std::string_view rest = sql.substr(close + 1);
  if (has(rest, "$") || has(rest, "RETURNING")) return std::nullopt;
  return std::string(sql.substr(0, values)) + "SELECT " + with_columns(sql.substr(open + 1, close - open - 1)) +
         " FROM " + arrays + std::string(rest);
}

std::optional<std::string> join_arrays(std::string_view sql, std::string_view join, const std::string& arrays) {
  const std::size_t where = sql.find("WHERE");
  if (where == std::string_view::npos || has(sql, "SELECT") || has(sql, "RETURNING")) return std::nullopt;
  return with_columns(sql.substr(0, where)) + std::string(join) + arrays + " " + with_columns(sql.substr(where));
}

}  // namespace

std::optional<std::string> for_arrays(std::string_view sql, const std::vector<std::uint32_t>& types) {
  const std::optional<std::string> arrays = arrays_of(types);
  if (!arrays || has(sql, "'")) return std::nullopt;  // A text in it may look like anything.
  while (!sql.empty() && std::isspace(static_cast<unsigned char>(sql.front())) != 0) sql.remove_prefix(1);
  if (sql.starts_with("INSERT")) return insert_arrays(sql, *arrays);
  if (sql.starts_with("UPDATE")) return join_arrays(sql, "FROM ", *arrays);
  if (sql.starts_with("DELETE")) return join_arrays(sql, "USING ", *arrays);
  return std::nullopt;
}

}  // namespace syncline::db
