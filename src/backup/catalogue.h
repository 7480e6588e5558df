#pragma once
// The tables of a database, found in its own catalogue, so that nothing lists them by hand. The statements that read
// and write them are the only ones in the program that are made from names: the catalogue's, quoted.

#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "db/connection.h"

namespace syncline::backup {

enum class ColumnType { text, integer, boolean, real, bytes, uuid };

struct Column {
  std::string name;
  ColumnType type = ColumnType::text;
};

struct Table {
  std::string name;
  std::vector<Column> columns;      // by name: the same in every database, however it came by them
  std::vector<std::size_t> key;     // the primary key's columns, as places in `columns`, in the key's order
  std::set<std::string> refers_to;  // by foreign keys; may name the table itself
};

// All but `migrations`, each after those it refers to (circles: by name). Errors: internal `unknown_column_type` |
// `no_primary_key`: a migration made a table that this does not understand.
Result<std::vector<Table>> read_catalogue(db::Connection& connection, std::string_view engine);

db::Query first_page_query(const Table& table);  // $1: how many rows
db::Query next_page_query(const Table& table);   // the key's values of the last row seen, then how many rows
db::Query insert_query(const Table& table);      // the columns' values
db::Query any_row_query(const Table& table);     // one row, if there is one
db::Query empty_query(const Table& table);       // removes all rows

// In a writing transaction: lets rows come before those they refer to, until `check_references`. Needed for circles of
// tables and for tables that refer to themselves.
Done defer_references(db::Connection& connection, std::string_view engine, const std::vector<Table>& tables);
Done check_references(db::Connection& connection, std::string_view engine, const std::vector<Table>& tables);

}  // namespace syncline::backup
