#pragma once
// One connection to PostgreSQL with its prepared statements. Used by one thread at a time.

#include <memory>
#include <string>
#include <unordered_map>

#include <libpq-fe.h>

#include "db/connection.h"

namespace syncline::db {

class PostgresConnection : public Connection {
 public:
  static Result<std::unique_ptr<PostgresConnection>> open(const std::string& address);
  ~PostgresConnection() override;

  Result<std::int64_t> run(const Query& query, std::span<const Param> params, const RowVisitor& visit) override;
  Result<std::int64_t> run_batch(const Query& query, std::size_t rows, const BatchBinder& bind) override;
  Done run_script(const char* name, std::string_view sql) override;

  bool in_transaction() const { return PQtransactionStatus(handle_) != PQTRANS_IDLE; }
  bool is_alive() const { return PQstatus(handle_) == CONNECTION_OK; }

 private:
  struct Statement {
    std::string name;
    int parameters = 0;
  };

  explicit PostgresConnection(PGconn* handle) : handle_(handle) {}
  Result<Statement> prepare(const Query& query);
  Done take_answers(const Query& query, std::size_t rows, std::int64_t& changed);
  Fail error(const char* name, const PGresult* result) const;

  PGconn* handle_;
  std::unordered_map<const char*, Statement> statements_;  // by the address of the text: queries are constants
};

}  // namespace syncline::db
