#pragma once
// The schema, from the files of sql/migrations/ that are in the binary. Each is one transaction and is run once.

#include <string>
#include <vector>

#include "db/connection.h"

namespace syncline::db {

// Gives the names of those it ran. Error: invalid `database_newer`, when a newer program has worked on the database.
Result<std::vector<std::string>> migrate(Database& database, std::int64_t now_ms);
// Names of migrations that the database has not had yet.
Result<std::vector<std::string>> pending_migrations(Database& database);

}  // namespace syncline::db
