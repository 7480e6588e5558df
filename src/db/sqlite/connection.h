#pragma once
// One SQLite handle with its prepared statements. Used by one thread at a time.

#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include <sqlite3.h>

#include "db/connection.h"

namespace syncline::db {

class SqliteConnection : public Connection {
 public:
  static Result<std::unique_ptr<SqliteConnection>> open(const std::string& path);
  ~SqliteConnection() override;

  Result<std::int64_t> run(const Query& query, std::span<const Param> params, const RowVisitor& visit) override;
  Result<std::int64_t> run_batch(const Query& query, std::size_t rows, const BatchBinder& bind) override;
  Done run_script(const char* name, std::string_view sql) override;

  bool in_transaction() const { return sqlite3_get_autocommit(handle_) == 0; }

 private:
  struct Statement {
    sqlite3_stmt* handle = nullptr;
    std::vector<int> places;  // where $1, $2 … are bound; 0 for one that the text does not use
  };
  // Gives a statement back when a query is done with it.
  class Use;

  explicit SqliteConnection(sqlite3* handle) : handle_(handle) {}
  Result<Statement> prepare(const Query& query);
  Done bind(const Query& query, const Statement& statement, std::span<const Param> params);
  Result<std::int64_t> step(const Query& query, const Statement& statement, const RowVisitor& visit);
  Fail error(const char* name) const;

  sqlite3* handle_;
  std::unordered_map<const char*, Statement> statements_;  // by the address of the text: queries are constants
};

}  // namespace syncline::db
