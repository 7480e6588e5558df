#pragma once
// One connection to PostgreSQL with its prepared statements, always in libpq's pipeline mode: what can be sent together
// is, and each exchange is one round trip. Used by one thread at a time.

#include <atomic>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include <libpq-fe.h>

#include "db/connection.h"
#include "db/postgres/database.h"
#include "db/postgres/values.h"

namespace syncline::db {

// Statements that fail together; the next section runs all the same.
using Section = std::vector<HeldStatement>;

class PostgresConnection : public Connection {
 public:
  // Error: unavailable `database_unreachable`. Each exchange adds one to `round_trips`.
  static Result<std::unique_ptr<PostgresConnection>> open(const PostgresOptions& options,
                                                          std::atomic<std::int64_t>& round_trips);
  ~PostgresConnection() override;

  Result<std::int64_t> run(const Query& query, std::span<const Param> params, const RowVisitor& visit) override;
  Result<std::int64_t> run_batch(const Query& query, std::size_t rows, const BatchBinder& bind) override;
  Done ask(std::span<const Ask> asks, const RowVisitor& visit) override;
  using Connection::later;
  Done later(const Query& query, std::span<const Param> params) override;
  Done fetch_ahead(std::span<const Ask> asks) override;
  bool is_remote() const override { return true; }
  Done run_script(const char* name, std::string_view sql) override;

  // What a transaction begins with. It goes out with the first statement; when the connection turns out to have died
  // while it was idle, another one is made.
  void begin_with(std::vector<Section> beginning);
  // Whether anything has been asked for since.
  bool is_used() const { return begun_ || !later_.empty(); }
  // Sends without waiting for answers: the end of a transaction that leaves nothing behind. False: the connection is of
  // no more use.
  bool leave(const std::vector<Section>& end);

  enum class Ended { committed, failed, unknown };
  struct End {
    Ended ended;
    std::optional<Error> error;  // when it failed
  };
  // Runs what waits, then `commit`, whose last statement commits, then `after`. Unknown: the connection was lost with
  // the answer to come.
  End finish(Section commit, Section after);

 private:
  struct Ahead {
    std::string_view sql;
    Answer answer;
  };
  struct Batch {
    std::vector<Oid> types;           // of one row's parameters
    std::optional<std::string> text;  // for many rows, when there is such a text
  };
  struct Expected {
    enum class What { preparing, statement, sync } what;
    const char* name;  // the query's
    const char* sql;
    bool is_kept = false;   // the answer is wanted
    bool is_quiet = false;  // its failure is nobody's
  };
  struct Received {
    std::vector<Answer> answers;
    std::optional<Error> error;  // the first one
  };

  PostgresConnection(const PostgresOptions& options, std::atomic<std::int64_t>& round_trips)
      : options_(options), round_trips_(round_trips) {}
  Done connect();
  bool is_alive() const { return !is_broken_ && handle_ != nullptr && PQstatus(handle_) == CONNECTION_OK; }

  // Sends the beginning when it has not been sent, what waits, and what `send` sends; waits for the answers.
  Result<std::vector<Answer>> exchange(const std::function<void()>& send);
  void send_beginning();
  // What this statement may make untrue of what was fetched ahead.
  void forget_ahead(std::string_view sql);
  void send(const Query& query, std::span<const Param> params, bool is_kept, bool is_quiet = false);
  const std::string& prepare(const Query& query);
  void send_sync();
  Received receive();
  void take_answer(const Expected& next, Received& received);

  Result<const Batch*> describe(const Query& query);
  void send_rows(const Query& query, std::size_t parameters, std::size_t rows, const BatchBinder& bind);
  void send_arrays(const Query& query, const Batch& batch, std::size_t rows, const BatchBinder& bind);
  Fail fail_of(const char* name, const PGresult* result) const;

  const PostgresOptions& options_;
  std::atomic<std::int64_t>& round_trips_;
  PGconn* handle_ = nullptr;
  bool is_broken_ = false;
  bool is_fresh_ = false;  // nothing has been asked of it yet
  bool begun_ = false;
  std::vector<Section> beginning_;
  Section later_;
  std::deque<Expected> expected_;
  // By the address of the text, for queries are constants: names of prepared statements, and what is known of batches.
  std::unordered_map<const char*, std::string> prepared_;
  std::unordered_map<const char*, Batch> batches_;
  std::unordered_map<std::string, Ahead> ahead_;  // by query and parameters
};

}  // namespace syncline::db
