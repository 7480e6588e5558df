#include "db/postgres/connection.h"

#include <algorithm>
#include <bit>
#include <cstdlib>
#include <cstring>
#include <type_traits>

namespace syncline::db {
namespace {

struct ClearResult {
  void operator()(PGresult* result) const { PQclear(result); }
};
using Answer = std::unique_ptr<PGresult, ClearResult>;

// How many rows of a batch are under way before their answers are taken: libpq keeps both in memory.
constexpr std::size_t kInPipeline = 2000;

std::uint64_t from_network(std::string_view bytes) {
  std::uint64_t value = 0;
  for (const char byte : bytes) value = value << 8 | static_cast<std::uint8_t>(byte);
  return value;
}

class PostgresRow : public Row {
 public:
  PostgresRow(const PGresult* result, int row) : result_(result), row_(row) {}

  bool is_null(int column) const override { return PQgetisnull(result_, row_, column) != 0; }
  // A literal is an INTEGER of four bytes, where a column is a BIGINT of eight.
  std::int64_t integer(int column) const override {
    const std::string_view bytes = value(column);
    ensure(bytes.size() == 8 || bytes.size() == 4, "A column is read as the type it has.");
    const std::uint64_t number = from_network(bytes);
    return bytes.size() == 4 ? static_cast<std::int32_t>(number) : static_cast<std::int64_t>(number);
  }
  bool boolean(int column) const override {
    const std::string_view bytes = value(column);
    ensure(bytes.size() == 1, "A column is read as the type it has.");
    return bytes[0] != 0;
  }
  double real(int column) const override {
    const std::string_view bytes = value(column);
    ensure(bytes.size() == 8, "A column is read as the type it has.");
    return std::bit_cast<double>(from_network(bytes));
  }
  std::string_view text(int column) const override { return value(column); }
  std::string_view bytes(int column) const override { return value(column); }
  Uuid uuid(int column) const override {
    const std::string_view bytes = value(column);
    ensure(bytes.size() == 16, "A column of ids holds 16 bytes.");
    return Uuid::from_bytes(bytes);
  }

 private:
  std::string_view value(int column) const {
    ensure(!is_null(column), "A column that is NULL is asked whether it is.");
    return {PQgetvalue(result_, row_, column), static_cast<std::size_t>(PQgetlength(result_, row_, column))};
  }
  const PGresult* result_;
  int row_;
};

// Parameters as libpq takes them, all binary. Numbers are kept here in the order of the network; the rest is pointed
// at.
class BoundParams {
 public:
  explicit BoundParams(std::span<const Param> params)
      : numbers_(params.size()), values_(params.size()), lengths_(params.size()), formats_(params.size(), 1) {
    for (std::size_t i = 0; i < params.size(); ++i) bind(i, params[i]);
  }
  int count() const { return static_cast<int>(values_.size()); }
  const char* const* values() const { return values_.data(); }
  const int* lengths() const { return lengths_.data(); }
  const int* formats() const { return formats_.data(); }

 private:
  void bind(std::size_t i, const Param& param) {
    std::visit(
        [&](const auto& value) {
          using T = std::decay_t<decltype(value)>;
          if constexpr (std::is_same_v<T, std::monostate>)
            values_[i] = nullptr;
          else if constexpr (std::is_same_v<T, std::int64_t>)
            bind_number(i, static_cast<std::uint64_t>(value));
          else if constexpr (std::is_same_v<T, double>)
            bind_number(i, std::bit_cast<std::uint64_t>(value));
          else if constexpr (std::is_same_v<T, bool>)
            point_at(i, value ? "\1" : "\0", 1);
          else if constexpr (std::is_same_v<T, std::string_view>)
            point_at(i, value.data(), value.size());
          else if constexpr (std::is_same_v<T, Bytes>)
            point_at(i, value.view.data(), value.view.size());
          else
            point_at(i, reinterpret_cast<const char*>(value.bytes.data()), value.bytes.size());
        },
        param);
  }
  void bind_number(std::size_t i, std::uint64_t value) {
    for (int byte = 7; byte >= 0; --byte, value >>= 8) numbers_[i][byte] = static_cast<char>(value);
    point_at(i, numbers_[i], sizeof(numbers_[i]));
  }
  void point_at(std::size_t i, const char* begin, std::size_t size) {
    values_[i] = begin == nullptr ? "" : begin;
    lengths_[i] = static_cast<int>(size);
  }

  struct alignas(8) Number {
    char bytes[8];
    operator char*() { return bytes; }
    char& operator[](int at) { return bytes[at]; }
  };
  std::vector<Number> numbers_;
  std::vector<const char*> values_;
  std::vector<int> lengths_;
  std::vector<int> formats_;
};

std::int64_t changed_by(const PGresult* result) {
  const char* count = PQcmdTuples(const_cast<PGresult*>(result));
  return *count == '\0' || PQresultStatus(result) == PGRES_TUPLES_OK ? 0 : std::strtoll(count, nullptr, 10);
}

bool succeeded(const PGresult* result) {
  const ExecStatusType status = PQresultStatus(result);
  return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
}

}  // namespace

Result<std::unique_ptr<PostgresConnection>> PostgresConnection::open(const std::string& address) {
  std::unique_ptr<PostgresConnection> connection(new PostgresConnection(PQconnectdb(address.c_str())));
  if (!connection->is_alive()) {
    return fail(ErrorKind::unavailable, "database_unreachable", "The database cannot be reached.",
                PQerrorMessage(connection->handle_));
  }
  PQsetNoticeProcessor(
      connection->handle_, [](void*, const char*) {}, nullptr);
  return connection;
}

PostgresConnection::~PostgresConnection() { PQfinish(handle_); }

Fail PostgresConnection::error(const char* name, const PGresult* result) const {
  const char* field = result == nullptr ? nullptr : PQresultErrorField(result, PG_DIAG_SQLSTATE);
  const std::string state = field == nullptr ? "" : field;
  std::string context = std::string(name) + ": " + state + " " +
                        (result == nullptr ? PQerrorMessage(handle_) : PQresultErrorMessage(result));
  if (!is_alive() || state.starts_with("08") || state.starts_with("57P")) {
    return fail(ErrorKind::unavailable, "database_unreachable", "The database cannot be reached.", std::move(context));
  }
  if (state == "40001" || state == "40P01" || state == "55P03" || state == "53300") {
    return fail(ErrorKind::unavailable, "database_busy", "The database is busy. Try again.", std::move(context));
  }
  if (state == "53100") {
    return fail(ErrorKind::full, "storage_full", "There is no space left on the disk.", std::move(context));
  }
  if (state == "23505") return fail(ErrorKind::conflict, "duplicate", "This is there already.", std::move(context));
  if (state.starts_with("23")) {
    return fail(ErrorKind::conflict, "constraint", "This does not fit what is stored.", std::move(context));
  }
  return fail(ErrorKind::internal, "database_error", "The database failed.", std::move(context));
}

Result<PostgresConnection::Statement> PostgresConnection::prepare(const Query& query) {
  const auto kept = statements_.find(query.sql);
  if (kept != statements_.end()) return kept->second;
  Statement statement{.name = "s" + std::to_string(statements_.size())};
  const Answer prepared(PQprepare(handle_, statement.name.c_str(), query.sql, 0, nullptr));
  if (!succeeded(prepared.get())) return error(query.name, prepared.get());
  const Answer described(PQdescribePrepared(handle_, statement.name.c_str()));
  if (!succeeded(described.get())) return error(query.name, described.get());
  statement.parameters = PQnparams(described.get());
  statements_.emplace(query.sql, statement);
  return statement;
}

Result<std::int64_t> PostgresConnection::run(const Query& query, std::span<const Param> params,
                                             const RowVisitor& visit) {
  const Statement statement = TRY(prepare(query));
  ensure(static_cast<int>(params.size()) == statement.parameters, "A query is given as many parameters as it names.");
  const BoundParams bound(params);
  const Answer answer(PQexecPrepared(handle_, statement.name.c_str(), bound.count(), bound.values(), bound.lengths(),
                                     bound.formats(), 1));
  if (!succeeded(answer.get())) return error(query.name, answer.get());
  if (visit) {
    for (int row = 0; row < PQntuples(answer.get()); ++row) visit(PostgresRow(answer.get(), row));
  }
  return changed_by(answer.get());
}

// In a pipeline, each query's answer is followed by a null; the sync has an answer of its own.
Done PostgresConnection::take_answers(const Query& query, std::size_t rows, std::int64_t& changed) {
  ensure(PQpipelineSync(handle_) == 1, "A pipeline takes a sync.");
  Done done_or_error = done();
  for (std::size_t row = 0; row < rows; ++row) {
    const Answer answer(PQgetResult(handle_));
    if (succeeded(answer.get()))
      changed += changed_by(answer.get());
    else if (done_or_error.ok())
      done_or_error = error(query.name, answer.get());
    if (answer == nullptr) return done_or_error;  // the connection is gone
    const Answer end(PQgetResult(handle_));
  }
  const Answer sync(PQgetResult(handle_));
  return done_or_error;
}

Result<std::int64_t> PostgresConnection::run_batch(const Query& query, std::size_t rows, const BatchBinder& binder) {
  const Statement statement = TRY(prepare(query));
  std::vector<Param> params(static_cast<std::size_t>(statement.parameters));
  std::int64_t changed = 0;
  ensure(PQenterPipelineMode(handle_) == 1, "A batch is not run inside another one.");
  Done result = done();
  for (std::size_t begin = 0; begin < rows && result.ok(); begin += kInPipeline) {
    const std::size_t end = std::min(rows, begin + kInPipeline);
    for (std::size_t row = begin; row < end; ++row) {
      std::fill(params.begin(), params.end(), Param{});
      binder(row, params);
      const BoundParams bound(params);
      PQsendQueryPrepared(handle_, statement.name.c_str(), bound.count(), bound.values(), bound.lengths(),
                          bound.formats(), 1);
    }
    result = take_answers(query, end - begin, changed);
  }
  PQexitPipelineMode(handle_);
  if (!result.ok()) return Fail{std::move(result).error()};
  return changed;
}

Done PostgresConnection::run_script(const char* name, std::string_view sql) {
  const Answer answer(PQexec(handle_, std::string(sql).c_str()));
  if (!succeeded(answer.get())) return error(name, answer.get());
  return done();
}

}  // namespace syncline::db
