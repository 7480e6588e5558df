#include "db/migrate.h"

#include <algorithm>

#include "base/embedded.h"

extern "C" const syncline::EmbeddedFile syncline_migrations[];

namespace syncline::db {
namespace {

constexpr std::string_view kCreateTable =
    "CREATE TABLE IF NOT EXISTS migrations (name TEXT NOT NULL PRIMARY KEY, applied_at BIGINT NOT NULL);";
constexpr Query kListApplied{"migrations.list", "SELECT name FROM migrations ORDER BY name"};
constexpr Query kInsertApplied{"migrations.insert", "INSERT INTO migrations (name, applied_at) VALUES ($1, $2)"};

Result<std::vector<const EmbeddedFile*>> find_pending(Connection& connection) {
  const std::vector<std::string> applied = TRY(applied_migrations(connection));
  std::vector<const EmbeddedFile*> pending;
  std::size_t known = 0;
  for (const EmbeddedFile* each = syncline_migrations; each->name != nullptr; ++each) {
    if (std::find(applied.begin(), applied.end(), each->name) == applied.end())
      pending.push_back(each);
    else
      ++known;
  }
  if (known < applied.size()) {
    return fail(ErrorKind::invalid, "database_newer",
                "A newer version of this program has worked on the database. Use that version.", applied.back());
  }
  return pending;
}

}  // namespace

Result<std::vector<std::string>> migrate(Database& database, std::int64_t now_ms) {
  return migrate_up_to(database, now_ms, known_migrations().back());
}

Result<std::vector<std::string>> migrate_up_to(Database& database, std::int64_t now_ms, std::string_view last) {
  std::vector<std::string> ran;
  for (;;) {
    const auto transaction = TRY(database.begin_write(deployment_alone()));
    Connection& connection = transaction->connection();
    TRY(connection.run_script("migrations.create", kCreateTable));
    const std::vector<const EmbeddedFile*> pending = TRY(find_pending(connection));
    const bool is_due = !pending.empty() && pending.front()->name <= last;
    if (is_due) {
      const EmbeddedFile& next = *pending.front();
      TRY(connection.run_script(next.name, next.text()));
      TRY(connection.execute(kInsertApplied, {std::string_view(next.name), now_ms}));
      ran.emplace_back(next.name);
    } else {
      TRY(database.secure(connection));
    }
    TRY(transaction->commit());
    if (!is_due) return ran;
  }
}

Result<std::vector<std::string>> pending_migrations(Database& database) {
  const auto transaction = TRY(database.begin_write(deployment_alone()));
  TRY(transaction->connection().run_script("migrations.create", kCreateTable));
  std::vector<std::string> names;
  const std::vector<const EmbeddedFile*> pending = TRY(find_pending(transaction->connection()));
  for (const EmbeddedFile* each : pending) names.emplace_back(each->name);
  TRY(transaction->commit());
  return names;
}

Result<std::vector<std::string>> applied_migrations(Connection& connection) {
  return connection.list(kListApplied, {}, [](const Row& row) { return row.string(0); });
}

std::vector<std::string> known_migrations() {
  std::vector<std::string> names;
  for (const EmbeddedFile* each = syncline_migrations; each->name != nullptr; ++each) names.emplace_back(each->name);
  return names;
}

}  // namespace syncline::db
