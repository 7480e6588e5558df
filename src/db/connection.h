#pragma once
// What the rest of the program knows of a database: named queries with $1 placeholders, rows read in place,
// transactions. One SQL text runs on every driver; the drivers are in db/sqlite and db/postgres.

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "base/uuid.h"
#include "db/scope.h"

namespace syncline::db {

struct Query {
  const char* name;  // "tenants.bump_revision": for logs and errors, unique
  const char* sql;
};

struct Bytes {
  std::string_view view;
};

// A value to bind. Views must outlive the call.
using Param = std::variant<std::monostate, std::int64_t, bool, double, std::string_view, Bytes, Uuid>;

inline Param param(const Digest& digest) {
  return Bytes{{reinterpret_cast<const char*>(digest.data()), digest.size()}};
}
template <typename T>
Param maybe(const std::optional<T>& value) {
  if (!value) return std::monostate{};
  if constexpr (std::is_same_v<T, std::string>)
    return std::string_view(*value);
  else
    return *value;
}

// A reading statement with its values, to be asked with others.
struct Ask {
  const Query& query;
  std::vector<Param> params;
};

// The current row. Views are valid until the next row; reading a column as another type than it has is our mistake.
class Row {
 public:
  virtual ~Row() = default;
  virtual bool is_null(int column) const = 0;
  virtual std::int64_t integer(int column) const = 0;  // BIGINT
  virtual bool boolean(int column) const = 0;
  virtual double real(int column) const = 0;
  virtual std::string_view text(int column) const = 0;
  virtual std::string_view bytes(int column) const = 0;
  virtual Uuid uuid(int column) const = 0;

  std::string string(int column) const { return std::string(text(column)); }
  Digest digest(int column) const;  // ensures 32 bytes
  std::optional<std::string> maybe_string(int c) const { return is_null(c) ? std::nullopt : std::optional(string(c)); }
  std::optional<std::string> maybe_bytes(int c) const {
    return is_null(c) ? std::nullopt : std::optional(std::string(bytes(c)));
  }
  std::optional<Uuid> maybe_uuid(int c) const { return is_null(c) ? std::nullopt : std::optional(uuid(c)); }
  std::optional<std::int64_t> maybe_integer(int c) const {
    return is_null(c) ? std::nullopt : std::optional(integer(c));
  }
};

using RowVisitor = std::function<void(const Row&)>;
// Fills the parameters of the n-th row of a batch (the vector comes sized to the query's parameters, all null).
using BatchBinder = std::function<void(std::size_t row, std::vector<Param>& params)>;

// Errors of all calls: unavailable `database_busy`; full `storage_full`; conflict `duplicate` (a unique key is taken)
// or `constraint` (a foreign key or check); internal `database_error`. The context names the query. PostgreSQL gives
// unavailable `database_unreachable` and `database_collision` besides: nothing has happened, the verb can be run again.
class Connection {
 public:
  virtual ~Connection() = default;

  // Runs one statement; calls `visit` for each row it gives; returns the number of rows it changed.
  virtual Result<std::int64_t> run(const Query& query, std::span<const Param> params, const RowVisitor& visit) = 0;
  // Runs one statement for many rows, no two of which change the same row; returns the number of rows changed in all.
  virtual Result<std::int64_t> run_batch(const Query& query, std::size_t rows, const BatchBinder& bind) = 0;

  // Runs a statement whose result nobody waits for: at the latest before the next one, or the commit, which then give
  // its error. Saves a round trip where there are any.
  virtual Done later(const Query& query, std::span<const Param> params) {
    auto ran = run(query, params, {});
    if (!ran.ok()) return Fail{std::move(ran).error()};
    return done();
  }
  // Asks several questions in one round trip; `visit` sees the rows of all of them, in their order.
  virtual Done ask(std::span<const Ask> asks, const RowVisitor& visit) {
    for (const Ask& each : asks) {
      auto ran = run(each.query, each.params, visit);
      if (!ran.ok()) return Fail{std::move(ran).error()};
    }
    return done();
  }
  // Fetches what reading statements will ask next, in one round trip; they then take these answers, unless something
  // has been written in between. What is known already is not asked again; without round trips, nothing is done.
  virtual Done fetch_ahead(std::span<const Ask>) { return done(); }
  // Whether a statement waits for a server: else there is nothing to be gained by fetching ahead.
  virtual bool is_remote() const { return false; }

  // Runs statements that take no parameters: migrations. Comments `/*@sqlite … */` are unwrapped on SQLite.
  virtual Done run_script(const char* name, std::string_view sql) = 0;

  Result<std::int64_t> execute(const Query& query, std::initializer_list<Param> params) {
    return run(query, {params.begin(), params.size()}, {});
  }
  Done later(const Query& query, std::initializer_list<Param> params) {
    return later(query, {params.begin(), params.size()});
  }
  Done each(const Query& query, std::initializer_list<Param> params, const RowVisitor& visit) {
    auto ran = run(query, {params.begin(), params.size()}, visit);
    if (!ran.ok()) return Fail{std::move(ran).error()};
    return done();
  }
  // The rows as values: `read` makes a T of each.
  template <typename Read>
  auto list(const Query& query, std::initializer_list<Param> params, Read read)
      -> Result<std::vector<decltype(read(std::declval<const Row&>()))>> {
    std::vector<decltype(read(std::declval<const Row&>()))> rows;
    auto ran = run(query, {params.begin(), params.size()}, [&](const Row& row) { rows.push_back(read(row)); });
    if (!ran.ok()) return Fail{std::move(ran).error()};
    return rows;
  }
  // The first row as a value, or nothing.
  template <typename Read>
  auto one(const Query& query, std::initializer_list<Param> params, Read read)
      -> Result<std::optional<decltype(read(std::declval<const Row&>()))>> {
    std::optional<decltype(read(std::declval<const Row&>()))> first;
    auto ran = run(query, {params.begin(), params.size()}, [&](const Row& row) {
      if (!first) first.emplace(read(row));
    });
    if (!ran.ok()) return Fail{std::move(ran).error()};
    return first;
  }
};

// Ends with commit(), after which the connection is not ours; without it, everything is undone when the object goes.
// Reading transactions see one moment.
class Transaction {
 public:
  virtual ~Transaction() = default;
  virtual Connection& connection() = 0;
  virtual Done commit() = 0;
};

// Thread-safe. Each transaction says what it is about (db/scope.h). Writers of one SQLite database follow one another,
// on PostgreSQL those of one tenant; readers never wait for them. A writer sees all that earlier writers of its tenants
// have committed.
class Database {
 public:
  virtual ~Database() = default;
  virtual Result<std::unique_ptr<Transaction>> begin_read(const Scope& scope) = 0;
  virtual Result<std::unique_ptr<Transaction>> begin_write(const Scope& scope) = 0;
  // Puts in place what guards the tables, in the transaction that has made them: row-level security on PostgreSQL.
  virtual Done secure(Connection&) { return done(); }
  virtual std::string_view engine() const = 0;  // "sqlite" | "postgres"
  // How often the program has waited for an answer of a server.
  virtual std::int64_t round_trips() const { return 0; }
};

}  // namespace syncline::db
