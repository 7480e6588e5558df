#include "db/sqlite/connection.h"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <type_traits>

namespace syncline::db {
namespace {

class SqliteRow : public Row {
 public:
  explicit SqliteRow(sqlite3_stmt* statement) : statement_(statement) {}

  bool is_null(int column) const override { return sqlite3_column_type(statement_, column) == SQLITE_NULL; }
  std::int64_t integer(int column) const override {
    expect(column, SQLITE_INTEGER);
    return sqlite3_column_int64(statement_, column);
  }
  bool boolean(int column) const override { return integer(column) != 0; }
  double real(int column) const override {
    expect(column, SQLITE_FLOAT);
    return sqlite3_column_double(statement_, column);
  }
  std::string_view text(int column) const override {
    expect(column, SQLITE_TEXT);
    const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
    return {text, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
  }
  std::string_view bytes(int column) const override {
    expect(column, SQLITE_BLOB);
    const auto* blob = static_cast<const char*>(sqlite3_column_blob(statement_, column));
    return {blob, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
  }
  Uuid uuid(int column) const override {
    const std::string_view view = bytes(column);
    ensure(view.size() == 16, "A column of ids holds 16 bytes.");
    return Uuid::from_bytes(view);
  }

 private:
  void expect(int column, int type) const {
    ensure(sqlite3_column_type(statement_, column) == type, "A column is read as the type it has.");
  }
  sqlite3_stmt* statement_;
};

// Views are bound in place: they outlive the call.
int bind_one(sqlite3_stmt* statement, int place, const Param& param) {
  return std::visit(
      [&](const auto& value) {
        using T = std::decay_t<decltype(value)>;
        if constexpr (std::is_same_v<T, std::monostate>)
          return sqlite3_bind_null(statement, place);
        else if constexpr (std::is_same_v<T, std::int64_t>)
          return sqlite3_bind_int64(statement, place, value);
        else if constexpr (std::is_same_v<T, bool>)
          return sqlite3_bind_int(statement, place, value ? 1 : 0);
        else if constexpr (std::is_same_v<T, double>)
          return sqlite3_bind_double(statement, place, value);
        else if constexpr (std::is_same_v<T, std::string_view>) {
          return sqlite3_bind_text64(statement, place, value.data() == nullptr ? "" : value.data(), value.size(),
                                     SQLITE_STATIC, SQLITE_UTF8);
        } else if constexpr (std::is_same_v<T, Bytes>) {
          // A null pointer would be bound as NULL, not as no bytes.
          return sqlite3_bind_blob64(statement, place, value.view.data() == nullptr ? "" : value.view.data(),
                                     value.view.size(), SQLITE_STATIC);
        } else {
          return sqlite3_bind_blob64(statement, place, value.bytes.data(), value.bytes.size(), SQLITE_STATIC);
        }
      },
      param);
}

// The number in "$12", or 0.
std::size_t number_of(const char* name) {
  if (name == nullptr || name[0] != '$') return 0;
  std::size_t number = 0;
  const auto parsed = std::from_chars(name + 1, name + std::strlen(name), number);
  return *parsed.ptr == '\0' ? number : 0;
}

std::string unwrap_sqlite_comments(std::string_view sql) {
  constexpr std::string_view kMark = "/*@sqlite";
  std::string text;
  for (std::size_t at = 0; at < sql.size();) {
    const std::size_t begin = sql.find(kMark, at);
    text += sql.substr(at, begin - at);
    if (begin == std::string_view::npos) break;
    const std::size_t end = sql.find("*/", begin);
    ensure(end != std::string_view::npos, "A comment of a migration ends.");
    text += sql.substr(begin + kMark.size(), end - begin - kMark.size());
    at = end + 2;
  }
  return text;
}

// What is in force on each handle, writer and readers.
constexpr const char* kPragmas = R"sql(
    PRAGMA busy_timeout = 10000;
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    PRAGMA foreign_keys = ON;
    PRAGMA temp_store = MEMORY;
    PRAGMA cache_size = -65536;
    PRAGMA mmap_size = 268435456;
)sql";

}  // namespace

class SqliteConnection::Use {
 public:
  Use(SqliteConnection& owner, const Query& query, Statement statement)
      : owner_(owner), key_(query.sql), statement_(std::move(statement)) {}
  ~Use() {
    sqlite3_reset(statement_.handle);
    sqlite3_clear_bindings(statement_.handle);
    // A query inside a visit of itself has a statement of its own, which is not kept.
    if (!owner_.statements_.emplace(key_, statement_).second) sqlite3_finalize(statement_.handle);
  }
  Use(const Use&) = delete;
  Use& operator=(const Use&) = delete;
  const Statement& statement() const { return statement_; }

 private:
  SqliteConnection& owner_;
  const char* key_;
  Statement statement_;
};

Result<std::unique_ptr<SqliteConnection>> SqliteConnection::open(const std::string& path) {
  sqlite3* handle = nullptr;
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
  const int opened = sqlite3_open_v2(path.c_str(), &handle, flags, nullptr);
  std::unique_ptr<SqliteConnection> connection(new SqliteConnection(handle));
  if (opened != SQLITE_OK) return connection->error("sqlite.open");
  sqlite3_extended_result_codes(handle, 1);
  TRY(connection->run_script("sqlite.pragmas", kPragmas));
  return connection;
}

SqliteConnection::~SqliteConnection() {
  for (const auto& [text, statement] : statements_) sqlite3_finalize(statement.handle);
  sqlite3_close(handle_);
}

Fail SqliteConnection::error(const char* name) const {
  const int code = sqlite3_extended_errcode(handle_);
  std::string context = std::string(name) + ": " + sqlite3_errmsg(handle_) + " (" + std::to_string(code) + ")";
  switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return fail(ErrorKind::unavailable, "database_busy", "The database is busy. Try again.", std::move(context));
    case SQLITE_FULL:
      return fail(ErrorKind::full, "storage_full", "There is no space left on the disk.", std::move(context));
    case SQLITE_CONSTRAINT:
      if (code == SQLITE_CONSTRAINT_UNIQUE || code == SQLITE_CONSTRAINT_PRIMARYKEY) {
        return fail(ErrorKind::conflict, "duplicate", "This is there already.", std::move(context));
      }
      return fail(ErrorKind::conflict, "constraint", "This does not fit what is stored.", std::move(context));
    default: return fail(ErrorKind::internal, "database_error", "The database failed.", std::move(context));
  }
}

Result<SqliteConnection::Statement> SqliteConnection::prepare(const Query& query) {
  const auto kept = statements_.find(query.sql);
  if (kept != statements_.end()) {
    Statement statement = std::move(kept->second);
    statements_.erase(kept);
    return statement;
  }
  Statement statement;
  if (sqlite3_prepare_v3(handle_, query.sql, -1, SQLITE_PREPARE_PERSISTENT, &statement.handle, nullptr) != SQLITE_OK) {
    return error(query.name);
  }
  for (int place = 1; place <= sqlite3_bind_parameter_count(statement.handle); ++place) {
    const std::size_t number = number_of(sqlite3_bind_parameter_name(statement.handle, place));
    ensure(number > 0, "Parameters are written $1, $2 …");
    statement.places.resize(std::max(statement.places.size(), number));
    statement.places[number - 1] = place;
  }
  return statement;
}

Done SqliteConnection::bind(const Query& query, const Statement& statement, std::span<const Param> params) {
  ensure(params.size() == statement.places.size(), "A query is given as many parameters as it names.");
  for (std::size_t i = 0; i < params.size(); ++i) {
    if (statement.places[i] == 0) continue;
    if (bind_one(statement.handle, statement.places[i], params[i]) != SQLITE_OK) return error(query.name);
  }
  return done();
}

Result<std::int64_t> SqliteConnection::step(const Query& query, const Statement& statement, const RowVisitor& visit) {
  const SqliteRow row(statement.handle);
  int stepped = sqlite3_step(statement.handle);
  for (; stepped == SQLITE_ROW; stepped = sqlite3_step(statement.handle)) {
    if (visit) visit(row);
  }
  if (stepped != SQLITE_DONE) return error(query.name);
  return sqlite3_stmt_readonly(statement.handle) != 0 ? std::int64_t{0} : sqlite3_changes64(handle_);
}

Result<std::int64_t> SqliteConnection::run(const Query& query, std::span<const Param> params, const RowVisitor& visit) {
  const Use use(*this, query, TRY(prepare(query)));
  TRY(bind(query, use.statement(), params));
  return step(query, use.statement(), visit);
}

Result<std::int64_t> SqliteConnection::run_batch(const Query& query, std::size_t rows, const BatchBinder& binder) {
  const Use use(*this, query, TRY(prepare(query)));
  std::vector<Param> params(use.statement().places.size());
  std::int64_t changed = 0;
  for (std::size_t row = 0; row < rows; ++row) {
    std::fill(params.begin(), params.end(), Param{});
    binder(row, params);
    TRY(bind(query, use.statement(), params));
    changed += TRY(step(query, use.statement(), {}));
    sqlite3_reset(use.statement().handle);
  }
  return changed;
}

Done SqliteConnection::run_script(const char* name, std::string_view sql) {
  const std::string text = unwrap_sqlite_comments(sql);
  if (sqlite3_exec(handle_, text.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) return error(name);
  return done();
}

}  // namespace syncline::db
