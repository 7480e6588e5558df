#include "support/world.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <stdexcept>

#include "access/people.h"
#include "access/tenant_keys.h"
#include "access/tokens.h"
#include "blobs/directory_store.h"
#include "db/migrate.h"
#include "db/postgres/database.h"
#include "db/replicated_database.h"
#include "db/sqlite/database.h"
#include "http/routes.h"
#include "store/people.h"
#include "support/api_shapes.h"

namespace syncline::test {
namespace {

constexpr std::size_t kBodyLimit = 1024 * 1024;
constexpr db::Query kSqliteTables{"test.tables", R"sql(
    SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name
)sql"};
constexpr db::Query kSqliteColumns{"test.columns", "SELECT name FROM pragma_table_info($1)"};
// Without the driver's own table, which each commit adds to.
constexpr db::Query kPostgresTables{"test.tables", R"sql(
    SELECT table_name::text FROM information_schema.tables
    WHERE table_schema = current_schema() AND table_name <> 'commit_markers' ORDER BY 1
)sql"};

constexpr db::Query kAuditRows{"test.audit_rows", "SELECT COUNT(*) FROM audit"};

std::string postgres_address() {
  const char* address = std::getenv("SYNCLINE_TEST_POSTGRES");
  return address == nullptr ? "" : address;
}

template <typename T>
T expect(Result<T> result) {
  if (!result.ok())
    throw std::runtime_error(result.error().code + ": " + result.error().message + " " + result.error().context);
  return std::move(result).value();
}

class TextReader : public http::BodyReader {
 public:
  explicit TextReader(std::string_view text) : text_(text), size_(text.size()) {}
  Result<std::size_t> read(char* buffer, std::size_t capacity) override {
    const std::size_t count = std::min(capacity, text_.size());
    std::memcpy(buffer, text_.data(), count);
    text_.remove_prefix(count);
    return count;
  }
  std::optional<std::uint64_t> content_length() const override { return size_; }

 private:
  std::string_view text_;
  std::uint64_t size_;
};

// Beside the schemas of all worlds.
void in_whole_database(const std::string& sql) {
  const std::unique_ptr<db::Database> all = expect(db::open_postgres({.address = postgres_address()}));
  const auto transaction = expect(all->begin_write(db::deployment()));
  expect(transaction->connection().run_script("test.schema", sql));
  expect(transaction->commit());
}

}  // namespace

bool is_available(Engine engine) { return engine == Engine::sqlite || !postgres_address().empty(); }

std::unique_ptr<db::Database> World::open_engine() {
  std::filesystem::create_directory(folder_);
  if (engine_ == Engine::sqlite) return expect(db::open_sqlite((folder_ / "syncline.db").string()));
  in_whole_database("CREATE SCHEMA " + schema_);
  return expect(db::open_postgres({.address = postgres_address() + "&options=-csearch_path%3D" + schema_}));
}

// With a replica of the PostgreSQL, what may be read from it is.
std::unique_ptr<db::Database> World::open_database() {
  auto faulty = std::make_unique<db::FaultyDatabase>(open_engine());
  faulty_ = faulty.get();
  const char* replica = std::getenv("SYNCLINE_TEST_POSTGRES_REPLICA");
  if (engine_ == Engine::sqlite || replica == nullptr) return faulty;
  const std::string address = std::string(replica) + "&options=-csearch_path%3D" + schema_;
  return db::with_replica(std::move(faulty), [address] { return db::open_postgres({.address = address}); });
}

World::World(Engine engine)
    : engine_(engine),
      schema_("w" + to_hex(random_bytes(8))),
      folder_(std::filesystem::temp_directory_path() / ("syncline-world-" + schema_)),
      database_(open_database()),
      blobs_(expect(blobs::open_directory_store((folder_ / "blobs").string()))),
      master_key_{secrets::SecretString(std::string(32, 'm'))},
      services_{
          .database = *database_, .blobs = *blobs_, .master_key = master_key_, .clock = [this] { return ++now_; }} {
  expect(db::migrate(*database_, now_));
  {
    const auto transaction = expect(database_->begin_write(db::deployment()));
    expect(access::check_master_key(transaction->connection(), master_key_));
    expect(transaction->commit());
  }
  runs_ = std::make_unique<runs::Center>(services_, *notifier_, runs::Settings{.workers = 0});
  services_.runs = runs_.get();
  if (!runs_->start().ok()) throw std::runtime_error("runs cannot be started");
  dispatcher_ = std::make_unique<http::Dispatcher>(
      services_, http::routes(), [this](const http::Answered& answered) { log_.push_back(answered); }, kBodyLimit);
  superuser_token_ = expect(access::bootstrap(services_, "home", "owner@test.example", "a password for tests"));
  persons_["owner"] = true;
  tokens_[{"owner", "home"}] = superuser_token_;
}

World::~World() {
  runs_.reset();
  database_.reset();
  if (engine_ == Engine::postgres) in_whole_database("DROP SCHEMA " + schema_ + " CASCADE");
  std::filesystem::remove_all(folder_);
}

Answer World::send(const Ask& ask) {
  http::Request request;
  request.method = ask.method;
  request.target = ask.target;
  const std::size_t question = ask.target.find('?');
  request.path = ask.target.substr(0, question);
  if (question != std::string::npos) request.query = ask.target.substr(question + 1);
  request.headers = ask.headers;
  TextReader reader(ask.body);
  if (dispatcher_->plan(request).stream)
    request.stream = &reader;
  else
    request.body = ask.body;
  http::Response response = dispatcher_->handle(request);
  Answer answer{.status = response.status, .headers = response.headers, .text = response.body, .value = {}};
  while (response.producer) {
    const std::string piece = expect(response.producer());
    if (piece.empty()) break;
    answer.text += piece;
  }
  const std::string mistake = answer_mistake(request.method, request.path, response, answer.text);
  if (!mistake.empty()) throw std::runtime_error(mistake);
  if (response.feed) {
    answer.text += response.feed->take().text;
    response.feed->leave();
  }
  auto parsed = json::parse(answer.text, {.depth = 100});
  if (parsed.ok()) answer.value = std::move(parsed).value();
  return answer;
}

Answer World::send(Ask ask, const std::string& name, const std::string& tenant) {
  ask.headers.push_back({"Authorization", "Bearer " + token(name, tenant)});
  const bool has_type = std::any_of(ask.headers.begin(), ask.headers.end(), [](const http::Header& header) {
    return http::same_name(header.name, "Content-Type");
  });
  if (!has_type && !ask.body.empty()) ask.headers.push_back({"Content-Type", "application/json"});
  return send(ask);
}

Answer World::must(Ask ask, const std::string& token) {
  ask.headers = {{"Authorization", "Bearer " + token}, {"Content-Type", "application/json"}};
  Answer answer = send(ask);
  if (answer.status >= 300) throw std::runtime_error(ask.method + " " + ask.target + ": " + answer.text);
  return answer;
}

void World::add_tenant(const std::string& id, const std::string& environment) {
  must({.method = "POST",
        .target = "/api/tenants",
        .body = json::write(json::Object{{"id", id}, {"environment", environment}})},
       superuser_token_);
}

// Through the store, for a password's hash takes long and most people here sign in by key.
std::string World::token(const std::string& name, const std::string& tenant) {
  std::string& token = tokens_[{name, tenant}];
  if (!token.empty()) return token;
  const auto transaction = expect(database_->begin_write(db::deployment()));
  const auto person = expect(store::find_person(transaction->connection(), name + "@test.example"));
  if (!person) throw std::runtime_error("there is nobody called " + name);
  token = access::make_token(access::kApiPrefix);
  expect(store::insert_token(transaction->connection(), {.id = make_uuid7(now_),
                                                         .tenant = tenant,
                                                         .person = person->id,
                                                         .kind = "api",
                                                         .hash = access::hash_token(token),
                                                         .description = "test",
                                                         .created_at = now_}));
  expect(transaction->commit());
  return token;
}

void World::add_member(const std::string& name, const std::string& role, const std::string& tenant) {
  must({.method = "POST",
        .target = "/api/tenant/accounts",
        .body = json::write(json::Object{{"email", name + "@test.example"}, {"role", role}})},
       token("owner", tenant));
}

std::int64_t World::count_audit_rows() {
  const auto transaction = expect(database_->begin_read(db::deployment()));
  const auto count =
      expect(transaction->connection().one(kAuditRows, {}, [](const db::Row& row) { return row.integer(0); }));
  return count.value_or(0);
}

void World::work() {
  while (runs_->run_next()) {
  }
  while (expect(runs_->tell_webhooks())) {
  }
}

std::string World::dump(const std::set<std::string>& without) {
  std::string text;
  const auto transaction = expect(database_->begin_read(db::deployment()));
  db::Connection& connection = transaction->connection();
  const auto name_of = [](const db::Row& row) { return row.string(0); };
  const bool is_sqlite = engine_ == Engine::sqlite;
  const std::vector<std::string> tables =
      expect(connection.list(is_sqlite ? kSqliteTables : kPostgresTables, {}, name_of));
  for (const std::string& table : tables) {
    if (without.contains(table)) continue;
    std::string values = "t::text";
    if (is_sqlite) {
      values.clear();
      const std::vector<std::string> columns =
          expect(connection.list(kSqliteColumns, {std::string_view(table)}, name_of));
      for (const std::string& column : columns) {
        values += (values.empty() ? "" : " || ',' || ") + ("quote(\"" + column + "\")");
      }
    }
    const std::string effects = table == "runs" ? " WHERE status = 'succeeded'" : "";
    const std::string sql = "SELECT " + values + " FROM " + table + " t" + effects + " ORDER BY 1";
    auto kept = std::find(sql_.begin(), sql_.end(), sql);
    if (kept == sql_.end()) kept = sql_.insert(sql_.end(), sql);
    text += table + "\n";
    expect(connection.each({"test.dump", kept->c_str()}, {},
                           [&](const db::Row& row) { text += "  " + row.string(0) + "\n"; }));
  }
  return text;
}

}  // namespace syncline::test
