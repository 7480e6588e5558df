#include "backup/catalogue.h"

#include <algorithm>
#include <array>
#include <map>
#include <mutex>
#include <optional>
#include <utility>

namespace syncline::backup {
namespace {

constexpr std::string_view kMigrations = "migrations";

struct CatalogueQueries {
  db::Query columns;     // table, column, type, place in the primary key from 1 on or 0; by table
  db::Query references;  // table, table it refers to
};

constexpr CatalogueQueries kSqlite = {
    {"catalogue.sqlite_columns", R"sql(
        SELECT t.name, c.name, c.type, c.pk
        FROM sqlite_schema t JOIN pragma_table_info(t.name) c
        WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite\_%' ESCAPE '\' ORDER BY t.name, c.name
    )sql"},
    {"catalogue.sqlite_references", R"sql(
        SELECT t.name, f."table" FROM sqlite_schema t JOIN pragma_foreign_key_list(t.name) f WHERE t.type = 'table'
    )sql"},
};

// Without the driver's own table (db/postgres/fence.h), which means nothing elsewhere.
constexpr CatalogueQueries kPostgres = {
    {"catalogue.postgres_columns", R"sql(
        SELECT t.relname::text, c.attname::text, format_type(c.atttypid, NULL),
               COALESCE(array_position(k.indkey::int2[], c.attnum) + 1, 0)::bigint
        FROM pg_class t
        JOIN pg_namespace n ON n.oid = t.relnamespace AND n.nspname = current_schema()
        JOIN pg_attribute c ON c.attrelid = t.oid AND c.attnum > 0 AND NOT c.attisdropped
        LEFT JOIN pg_index k ON k.indrelid = t.oid AND k.indisprimary
        WHERE t.relkind IN ('r', 'p') AND NOT t.relispartition AND t.relname <> 'commit_markers'
        ORDER BY t.relname, c.attname
    )sql"},
    {"catalogue.postgres_references", R"sql(
        SELECT t.relname::text, r.relname::text
        FROM pg_constraint f
        JOIN pg_class t ON t.oid = f.conrelid
        JOIN pg_class r ON r.oid = f.confrelid
        JOIN pg_namespace n ON n.oid = t.relnamespace AND n.nspname = current_schema()
        WHERE f.contype = 'f'
    )sql"},
};

constexpr db::Query kListReferences{"catalogue.constraints", R"sql(
    SELECT f.conname::text, t.relname::text, r.relname::text
    FROM pg_constraint f
    JOIN pg_class t ON t.oid = f.conrelid
    JOIN pg_class r ON r.oid = f.confrelid
    JOIN pg_namespace n ON n.oid = t.relnamespace AND n.nspname = current_schema()
    WHERE f.contype = 'f' ORDER BY 2, 1
)sql"};

constexpr std::array<std::pair<std::string_view, ColumnType>, 6> kTypes = {{{"text", ColumnType::text},
                                                                            {"bigint", ColumnType::integer},
                                                                            {"boolean", ColumnType::boolean},
                                                                            {"double precision", ColumnType::real},
                                                                            {"bytea", ColumnType::bytes},
                                                                            {"uuid", ColumnType::uuid}}};

std::optional<ColumnType> type_named(std::string name) {
  std::transform(name.begin(), name.end(), name.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; });
  for (const auto& [word, type] : kTypes) {
    if (word == name) return type;
  }
  return std::nullopt;
}

struct FoundColumn {
  std::string table;
  std::string name;
  std::string type;
  std::int64_t key_place = 0;
};

Done add_column(Table& table, std::map<std::int64_t, std::size_t>& key, const FoundColumn& found) {
  const std::optional<ColumnType> type = type_named(found.type);
  if (!type) {
    return fail(ErrorKind::internal, "unknown_column_type", "A column has a type this program does not know.",
                found.table + "." + found.name + ": " + found.type);
  }
  if (found.key_place > 0) key[found.key_place] = table.columns.size();
  table.columns.push_back({.name = found.name, .type = *type});
  return done();
}

Result<std::map<std::string, Table>> gather(const std::vector<FoundColumn>& columns) {
  std::map<std::string, Table> tables;
  std::map<std::string, std::map<std::int64_t, std::size_t>> keys;
  for (const FoundColumn& column : columns) {
    if (column.table == kMigrations) continue;
    Table& table = tables[column.table];
    table.name = column.table;
    TRY(add_column(table, keys[column.table], column));
  }
  for (auto& [name, table] : tables) {
    for (const auto& [place, column] : keys[name]) table.key.push_back(column);
    if (table.key.empty()) {
      return fail(ErrorKind::internal, "no_primary_key", "A table has no primary key.", name);
    }
  }
  return tables;
}

// Those whose tables are all there go next; in a circle, the first by name does.
std::vector<Table> in_order(std::map<std::string, Table> left) {
  std::vector<Table> ordered;
  const auto waits = [&](const auto& entry) {
    return std::any_of(entry.second.refers_to.begin(), entry.second.refers_to.end(),
                       [&](const std::string& other) { return other != entry.first && left.contains(other); });
  };
  while (!left.empty()) {
    auto next = std::find_if_not(left.begin(), left.end(), waits);
    if (next == left.end()) next = left.begin();
    ordered.push_back(std::move(next->second));
    left.erase(next);
  }
  return ordered;
}

std::string quoted(std::string_view name) {
  std::string text = "\"";
  for (const char c : name) text += c == '"' ? "\"\"" : std::string(1, c);
  return text + "\"";
}

// Drivers know a query by the address of its text, so a text stays where it is for as long as the program runs.
const char* keep(std::string sql) {
  static std::mutex mutex;
  static std::set<std::string> texts;
  const std::lock_guard lock(mutex);
  return texts.insert(std::move(sql)).first->c_str();
}

template <typename Items, typename Write>
std::string joined(const Items& items, Write write) {
  std::string text;
  for (const auto& item : items) text += (text.empty() ? "" : ", ") + write(item);
  return text;
}

std::string placeholders(std::size_t count) {
  std::string text;
  for (std::size_t i = 1; i <= count; ++i) text += (i == 1 ? "$" : ", $") + std::to_string(i);
  return text;
}

std::string column_list(const Table& table) {
  return joined(table.columns, [](const Column& column) { return quoted(column.name); });
}

std::string key_list(const Table& table) {
  return joined(table.key, [&](std::size_t place) { return quoted(table.columns[place].name); });
}

// PostgreSQL's foreign keys that lead to a table that does not come before.
Result<std::vector<std::string>> late_constraints(db::Connection& connection, const std::vector<Table>& tables) {
  std::map<std::string, std::size_t> places;
  for (std::size_t i = 0; i < tables.size(); ++i) places[tables[i].name] = i;
  std::vector<std::string> constraints;
  TRY(connection.each(kListReferences, {}, [&](const db::Row& row) {
    if (places[row.string(2)] < places[row.string(1)]) return;
    constraints.push_back("ALTER TABLE " + quoted(row.text(1)) + " ALTER CONSTRAINT " + quoted(row.text(0)));
  }));
  return constraints;
}

}  // namespace

Result<std::vector<Table>> read_catalogue(db::Connection& connection, std::string_view engine) {
  const CatalogueQueries& queries = engine == "sqlite" ? kSqlite : kPostgres;
  const std::vector<FoundColumn> columns = TRY(connection.list(queries.columns, {}, [](const db::Row& row) {
    return FoundColumn{
        .table = row.string(0), .name = row.string(1), .type = row.string(2), .key_place = row.integer(3)};
  }));
  std::map<std::string, Table> tables = TRY(gather(columns));
  TRY(connection.each(queries.references, {}, [&](const db::Row& row) {
    const auto from = tables.find(row.string(0));
    if (from != tables.end()) from->second.refers_to.insert(row.string(1));
  }));
  return in_order(std::move(tables));
}

db::Query first_page_query(const Table& table) {
  return {"backup.first_page", keep("SELECT " + column_list(table) + " FROM " + quoted(table.name) + " ORDER BY " +
                                    key_list(table) + " LIMIT $1")};
}

db::Query next_page_query(const Table& table) {
  return {"backup.next_page", keep("SELECT " + column_list(table) + " FROM " + quoted(table.name) + " WHERE (" +
                                   key_list(table) + ") > (" + placeholders(table.key.size()) + ") ORDER BY " +
                                   key_list(table) + " LIMIT $" + std::to_string(table.key.size() + 1))};
}

db::Query insert_query(const Table& table) {
  return {"backup.insert", keep("INSERT INTO " + quoted(table.name) + " (" + column_list(table) + ") VALUES (" +
                                placeholders(table.columns.size()) + ")")};
}

db::Query any_row_query(const Table& table) {
  return {"backup.any_row", keep("SELECT 1 FROM " + quoted(table.name) + " LIMIT 1")};
}

db::Query empty_query(const Table& table) { return {"backup.empty", keep("DELETE FROM " + quoted(table.name))}; }

Done defer_references(db::Connection& connection, std::string_view engine, const std::vector<Table>& tables) {
  if (engine == "sqlite") return connection.run_script("backup.defer", "PRAGMA defer_foreign_keys = ON;");
  const std::vector<std::string> constraints = TRY(late_constraints(connection, tables));
  for (const std::string& each : constraints) {
    TRY(connection.run_script("backup.defer", each + " DEFERRABLE INITIALLY DEFERRED"));
  }
  return done();
}

Done check_references(db::Connection& connection, std::string_view engine, const std::vector<Table>& tables) {
  if (engine == "sqlite") return done();  // the commit does
  const std::vector<std::string> constraints = TRY(late_constraints(connection, tables));
  TRY(connection.run_script("backup.check", "SET CONSTRAINTS ALL IMMEDIATE"));
  for (const std::string& each : constraints) TRY(connection.run_script("backup.check", each + " NOT DEFERRABLE"));
  return done();
}

}  // namespace syncline::backup
