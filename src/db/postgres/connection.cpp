#include "db/postgres/connection.h"

#include <algorithm>
#include <utility>

#include "db/postgres/batch.h"

namespace syncline::db {
namespace {

// From so many rows on, arrays are faster than a statement a row.
constexpr std::size_t kFewRows = 8;
// How much of a batch is one statement: the server keeps it in memory.
constexpr std::size_t kRowsAtOnce = 10'000;

constexpr const char* kDescribe = "postgres.describe";

bool only_reads(std::string_view sql) {
  const std::size_t begin = sql.find_first_not_of(" \n");
  if (begin == std::string_view::npos) return false;
  sql.remove_prefix(begin);
  const auto has = [&](std::string_view word) { return sql.find(word) != std::string_view::npos; };
  return sql.starts_with("SELECT") || (sql.starts_with("WITH") && !has("INSERT") && !has("UPDATE") && !has("DELETE"));
}

// The table an INSERT or UPDATE writes. A DELETE may reach others through their keys: then "", which is in every text.
std::string_view written_table(std::string_view sql) {
  for (const std::string_view verb : {"INSERT INTO ", "UPDATE "}) {
    const std::size_t begin = sql.find_first_not_of(" \n");
    if (begin == std::string_view::npos || !sql.substr(begin).starts_with(verb)) continue;
    sql.remove_prefix(begin + verb.size());
    return sql.substr(0, sql.find_first_of(" \n("));
  }
  return "";
}

// How many parameters a text names.
std::size_t count_parameters(std::string_view sql) {
  std::size_t most = 0;
  for (std::size_t at = sql.find('$'); at != std::string_view::npos; at = sql.find('$', at + 1)) {
    std::size_t number = 0;
    for (std::size_t digit = at + 1; digit < sql.size() && sql[digit] >= '0' && sql[digit] <= '9'; ++digit) {
      number = number * 10 + static_cast<std::size_t>(sql[digit] - '0');
    }
    most = std::max(most, number);
  }
  return most;
}

std::string ahead_key(const Query& query, const BoundParams& params) {
  return std::string(query.name) + " " + params.key();
}

void show(const Answer& answer, const RowVisitor& visit) {
  if (!visit) return;
  for (int row = 0; row < PQntuples(answer.get()); ++row) visit(PostgresRow(answer.get(), row));
}

std::string settings(const PostgresOptions& options) {
  const std::string statement = std::to_string(options.statement_timeout_ms);
  // A connection that holds tenants and does nothing is that of a server that is gone.
  return "SET client_min_messages = error; SET statement_timeout = " + statement +
         "; SET idle_in_transaction_session_timeout = " + statement +
         "; SET lock_timeout = " + std::to_string(options.lock_timeout_ms);
}

}  // namespace

Result<std::unique_ptr<PostgresConnection>> PostgresConnection::open(const PostgresOptions& options,
                                                                     std::atomic<std::int64_t>& round_trips) {
  std::unique_ptr<PostgresConnection> connection(new PostgresConnection(options, round_trips));
  TRY(connection->connect());
  return connection;
}

PostgresConnection::~PostgresConnection() { PQfinish(handle_); }

// What the address says comes after what we say, and wins.
Done PostgresConnection::connect() {
  PQfinish(std::exchange(handle_, nullptr));
  prepared_.clear();
  expected_.clear();
  ahead_.clear();
  is_broken_ = false;
  const char* const names[] = {"connect_timeout",
                               "keepalives_idle",
                               "keepalives_interval",
                               "keepalives_count",
                               "tcp_user_timeout",
                               "application_name",
                               "dbname",
                               nullptr};
  const char* const values[] = {"10", "30", "10", "3", "30000", "syncline", options_.address.c_str(), nullptr};
  handle_ = PQconnectdbParams(names, values, 1);
  if (!is_alive()) return fail_of("postgres.connect", nullptr);
  PQsetNoticeProcessor(
      handle_, [](void*, const char*) {}, nullptr);
  const Answer answer(PQexec(handle_, settings(options_).c_str()));
  if (!succeeded(answer.get())) return fail_of("postgres.settings", answer.get());
  ensure(PQenterPipelineMode(handle_) == 1, "A connection without a query can be a pipeline.");
  is_fresh_ = true;
  return done();
}

Fail PostgresConnection::fail_of(const char* name, const PGresult* result) const {
  const char* field = result == nullptr ? nullptr : PQresultErrorField(result, PG_DIAG_SQLSTATE);
  const std::string state = field == nullptr ? "" : field;
  std::string context = std::string(name) + ": " + state + " " +
                        (result == nullptr ? PQerrorMessage(handle_) : PQresultErrorMessage(result));
  if (!is_alive() || state.starts_with("08") || state.starts_with("57P") || state == "25P03") {
    return fail(ErrorKind::unavailable, "database_unreachable", "The database cannot be reached.", std::move(context));
  }
  if (state == "40001" || state == "40P01") {
    return fail(ErrorKind::unavailable, "database_collision", "The database is busy. Try again.", std::move(context));
  }
  if (state == "55P03" || state == "53300" || state == "57014") {
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

const std::string& PostgresConnection::prepare(const Query& query) {
  const auto [kept, is_new] = prepared_.try_emplace(query.sql);
  if (!is_new) return kept->second;
  static std::atomic<std::int64_t> number = 0;
  kept->second = "s" + std::to_string(++number);
  if (PQsendPrepare(handle_, kept->second.c_str(), query.sql, 0, nullptr) == 0) is_broken_ = true;
  expected_.push_back({.what = Expected::What::preparing, .name = query.name, .sql = query.sql});
  return kept->second;
}

void PostgresConnection::send(const Query& query, std::span<const Param> params, bool is_kept, bool is_quiet) {
  const std::string& name = prepare(query);
  const BoundParams bound(params);
  const int sent =
      PQsendQueryPrepared(handle_, name.c_str(), bound.count(), bound.values(), bound.lengths(), bound.formats(), 1);
  if (sent == 0) is_broken_ = true;
  expected_.push_back({.what = Expected::What::statement,
                       .name = query.name,
                       .sql = query.sql,
                       .is_kept = is_kept,
                       .is_quiet = is_quiet});
}

void PostgresConnection::send_sync() {
  if (PQpipelineSync(handle_) == 0) is_broken_ = true;
  expected_.push_back({.what = Expected::What::sync, .name = "postgres.sync", .sql = nullptr});
}

void PostgresConnection::take_answer(const Expected& next, Received& received) {
  Answer answer(PQgetResult(handle_));
  if (next.what == Expected::What::sync) {
    if (PQresultStatus(answer.get()) != PGRES_PIPELINE_SYNC) is_broken_ = true;
    return;
  }
  const bool has_succeeded = succeeded(answer.get());
  if (!has_succeeded && next.what == Expected::What::preparing) prepared_.erase(next.sql);
  // What follows a failure in its section is not run, and says so.
  if (!has_succeeded && !next.is_quiet && !received.error && PQresultStatus(answer.get()) != PGRES_PIPELINE_ABORTED) {
    received.error = std::move(fail_of(next.name, answer.get()).error);
  }
  if (has_succeeded && next.is_kept) received.answers.push_back(std::move(answer));
  if (is_alive()) const Answer end(PQgetResult(handle_));  // Each statement's answer is followed by a null.
}

PostgresConnection::Received PostgresConnection::receive() {
  ++round_trips_;
  Received received;
  while (!expected_.empty() && is_alive()) {
    const Expected next = expected_.front();
    expected_.pop_front();
    take_answer(next, received);
  }
  if (!is_alive()) {
    expected_.clear();
    received.error = std::move(fail_of("postgres.receive", nullptr).error);
  }
  return received;
}

void PostgresConnection::begin_with(std::vector<Section> beginning) {
  beginning_ = std::move(beginning);
  begun_ = false;
  later_.clear();
  ahead_.clear();
}

void PostgresConnection::forget_ahead(std::string_view sql) {
  const std::string_view table = written_table(sql);
  std::erase_if(ahead_, [&](const auto& entry) { return entry.second.sql.find(table) != std::string_view::npos; });
}

void PostgresConnection::send_beginning() {
  if (begun_) return;
  for (std::size_t i = 0; i < beginning_.size(); ++i) {
    if (i > 0) send_sync();
    for (const HeldStatement& held : beginning_[i]) send(held.query(), held.params(), false);
  }
}

Result<std::vector<Answer>> PostgresConnection::exchange(const std::function<void()>& send_more) {
  for (;;) {
    const bool may_reopen = !begun_ && !is_fresh_;
    send_beginning();
    for (const HeldStatement& held : later_) send(held.query(), held.params(), false);
    send_more();
    send_sync();
    Received received = receive();
    // It has died while nobody used it, and with it went nothing.
    if (!is_alive() && may_reopen) {
      TRY(connect());
      continue;
    }
    begun_ = true;
    is_fresh_ = false;
    later_.clear();
    if (received.error) return Fail{std::move(*received.error)};
    return std::move(received.answers);
  }
}

Result<std::int64_t> PostgresConnection::run(const Query& query, std::span<const Param> params,
                                             const RowVisitor& visit) {
  if (!ahead_.empty()) {
    const auto fetched = ahead_.find(ahead_key(query, BoundParams(params)));
    if (fetched != ahead_.end()) {
      show(fetched->second.answer, visit);
      return 0;
    }
    if (!only_reads(query.sql)) forget_ahead(query.sql);
  }
  const std::vector<Answer> answers = TRY(exchange([&] { send(query, params, true); }));
  show(answers.front(), visit);
  return changed_by(answers.front().get());
}

Done PostgresConnection::ask(std::span<const Ask> asks, const RowVisitor& visit) {
  if (asks.empty()) return done();
  const std::vector<Answer> answers = TRY(exchange([&] {
    for (const Ask& each : asks) send(each.query, each.params, true);
  }));
  for (const Answer& answer : answers) show(answer, visit);
  return done();
}

Done PostgresConnection::later(const Query& query, std::span<const Param> params) {
  forget_ahead(query.sql);
  later_.emplace_back(query, params);
  return done();
}

Done PostgresConnection::fetch_ahead(std::span<const Ask> asks) {
  std::vector<std::pair<std::string, const Ask*>> missing;
  for (const Ask& ask : asks) {
    std::string key = ahead_key(ask.query, BoundParams(ask.params));
    if (!ahead_.contains(key)) missing.emplace_back(std::move(key), &ask);
  }
  if (missing.empty()) return done();
  std::vector<Answer> answers = TRY(exchange([&] {
    for (const auto& [key, ask] : missing) send(ask->query, ask->params, true);
  }));
  for (std::size_t i = 0; i < missing.size(); ++i) {
    ahead_.insert_or_assign(std::move(missing[i].first), Ahead{missing[i].second->query.sql, std::move(answers[i])});
  }
  return done();
}

// The types of a batch's parameters, asked for once a connection.
Result<const PostgresConnection::Batch*> PostgresConnection::describe(const Query& query) {
  const auto known = batches_.find(query.sql);
  if (known != batches_.end()) return &known->second;
  const std::vector<Answer> answers = TRY(exchange([&] {
    const std::string& name = prepare(query);
    if (PQsendDescribePrepared(handle_, name.c_str()) == 0) is_broken_ = true;
    expected_.push_back({.what = Expected::What::statement, .name = kDescribe, .sql = query.sql, .is_kept = true});
  }));
  Batch batch;
  for (int i = 0; i < PQnparams(answers.front().get()); ++i) {
    batch.types.push_back(PQparamtype(answers.front().get(), i));
  }
  batch.text = for_arrays(query.sql, batch.types);
  return &batches_.emplace(query.sql, std::move(batch)).first->second;
}

void PostgresConnection::send_rows(const Query& query, std::size_t parameters, std::size_t rows,
                                   const BatchBinder& bind) {
  std::vector<Param> params(parameters);
  for (std::size_t row = 0; row < rows; ++row) {
    std::fill(params.begin(), params.end(), Param{});
    bind(row, params);
    send(query, params, true);
  }
}

void PostgresConnection::send_arrays(const Query& query, const Batch& batch, std::size_t rows,
                                     const BatchBinder& bind) {
  const Query arrays_query{query.name, batch.text->c_str()};
  std::vector<Param> params(batch.types.size());
  for (std::size_t begin = 0; begin < rows; begin += kRowsAtOnce) {
    std::vector<ArrayParam> arrays;
    for (const Oid type : batch.types) arrays.emplace_back(type);
    for (std::size_t row = begin; row < std::min(rows, begin + kRowsAtOnce); ++row) {
      std::fill(params.begin(), params.end(), Param{});
      bind(row, params);
      for (std::size_t i = 0; i < params.size(); ++i) arrays[i].add(params[i]);
    }
    std::vector<Param> bound;
    for (ArrayParam& array : arrays) bound.emplace_back(Bytes{array.finish()});
    send(arrays_query, bound, true);
  }
}

Result<std::int64_t> PostgresConnection::run_batch(const Query& query, std::size_t rows, const BatchBinder& bind) {
  forget_ahead(query.sql);
  const Batch* batch = nullptr;
  if (rows >= kFewRows) batch = TRY(describe(query));
  const std::vector<Answer> answers = TRY(exchange([&] {
    if (batch != nullptr && batch->text)
      send_arrays(query, *batch, rows, bind);
    else
      send_rows(query, count_parameters(query.sql), rows, bind);
  }));
  std::int64_t changed = 0;
  for (const Answer& answer : answers) changed += changed_by(answer.get());
  return changed;
}

// Several statements in one text are no pipeline.
Done PostgresConnection::run_script(const char* name, std::string_view sql) {
  ahead_.clear();
  TRY(exchange([] {}));
  PQexitPipelineMode(handle_);
  const Answer answer(PQexec(handle_, std::string(sql).c_str()));
  ++round_trips_;
  PQenterPipelineMode(handle_);
  if (!succeeded(answer.get())) return fail_of(name, answer.get());
  return done();
}

bool PostgresConnection::leave(const std::vector<Section>& end) {
  later_.clear();
  ahead_.clear();
  if (!begun_) return is_alive();
  for (const Section& section : end) {
    for (const HeldStatement& held : section) send(held.query(), held.params(), false, true);
    send_sync();
  }
  begun_ = false;
  return is_alive();
}

PostgresConnection::End PostgresConnection::finish(Section commit, Section after) {
  if (!begun_) {
    auto begun = exchange([] {});
    if (!begun.ok()) return {Ended::failed, std::move(begun).error()};
  }
  for (const HeldStatement& held : later_) send(held.query(), held.params(), false);
  later_.clear();
  for (const HeldStatement& held : commit) send(held.query(), held.params(), &held == &commit.back());
  send_sync();
  for (const HeldStatement& held : after) send(held.query(), held.params(), false, true);
  if (!after.empty()) send_sync();
  Received received = receive();
  // A transaction that has failed answers COMMIT by rolling back.
  if (!received.answers.empty()) {
    if (PQcmdStatus(received.answers.front().get()) == std::string_view("COMMIT")) {
      begun_ = false;
      return {Ended::committed, {}};
    }
    return {Ended::failed, fail(ErrorKind::internal, "database_error", "The database failed.", "rolled back").error};
  }
  if (!is_alive()) return {Ended::unknown, std::move(received.error)};
  return {Ended::failed, std::move(received.error)};
}

}  // namespace syncline::db
