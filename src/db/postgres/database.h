#pragma once
// PostgreSQL 14 or later through libpq: a bounded pool of connections, prepared statements, binary values, batches as
// arrays, and as few round trips as there are questions that depend on one another.
//
// A writer holds an advisory lock for each tenant it writes and works on a snapshot taken after that (REPEATABLE READ):
// it sees all that earlier writers of these tenants committed, and one moment of the tenants it reads. Writers into
// different tenants work side by side, also those of several servers. Locks belong to the session and are taken before
// BEGIN, so a proxy between this program and the server must keep one session for one connection.
//
// When the connection is lost while a commit is under way, the driver finds out on another one whether it happened.
// The database must order texts by their bytes (LC_COLLATE 'C'), as the program does.

#include <cstdint>
#include <memory>
#include <string>

#include "db/connection.h"

namespace syncline::db {

struct PostgresOptions {
  std::string address;     // postgres://user:password@host:port/database?parameters, as libpq has it
  std::int64_t pool = 20;  // connections at once; more transactions wait for one
  std::int64_t statement_timeout_ms = 60'000;
  std::int64_t lock_timeout_ms = 30'000;  // for a tenant that another writer holds, and for a connection
};

// Errors: unavailable `database_unreachable`; invalid `database_collation`. Beginning a transaction gives unavailable
// `database_busy` when one waits too long; a statement may give unavailable `database_collision`, after which the verb
// can be run again (db/retry.h); commit gives unavailable `commit_unknown` when the database stays away.
Result<std::unique_ptr<Database>> open_postgres(const PostgresOptions& options);

}  // namespace syncline::db
