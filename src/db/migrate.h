#pragma once
// The schema, from the files of sql/migrations/ that are in the binary. Each is one transaction and is run once.

#include <string>
#include <string_view>
#include <vector>

#include "db/connection.h"

namespace syncline::db {

// Gives the names of those it ran. Error: invalid `database_newer`, when a newer program has worked on the database.
Result<std::vector<std::string>> migrate(Database& database, std::int64_t now_ms);
// Only those up to the one named `last`: a backup is restored into the schema it was taken from.
Result<std::vector<std::string>> migrate_up_to(Database& database, std::int64_t now_ms, std::string_view last);
// Names of migrations that the database has not had yet.
Result<std::vector<std::string>> pending_migrations(Database& database);
// Names of those it has had, in order. Error: internal `database_error` when there never was one.
Result<std::vector<std::string>> applied_migrations(Connection& connection);
// Names of all that this program has, in order.
std::vector<std::string> known_migrations();

}  // namespace syncline::db
