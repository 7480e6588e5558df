#pragma once
// PostgreSQL 14 or later through libpq: a pool of connections, prepared statements, binary values, batches in
// pipelines.
//
// Writers follow one another, also those of several servers: a writing transaction first takes the one advisory lock of
// the schema. So a verb sees what the one before left, as on SQLite, and never has to be tried again. The database must
// order texts by their bytes (LC_COLLATE 'C'), as the program does.

#include <memory>
#include <string>

#include "db/connection.h"

namespace syncline::db {

// `address`: postgres://user:password@host:port/database?parameters, as libpq takes it. Errors: unavailable
// `database_unreachable`; invalid `database_collation`.
Result<std::unique_ptr<Database>> open_postgres(const std::string& address);

}  // namespace syncline::db
