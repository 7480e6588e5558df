#pragma once
// A database with a copy of it that is a moment behind: a streaming replica.

#include <functional>
#include <memory>

#include "db/connection.h"

namespace syncline::db {

// The copy is opened when it is asked first, and again some seconds after it has failed.
using OpenReplica = std::function<Result<std::unique_ptr<Database>>()>;
std::unique_ptr<Database> with_replica(std::unique_ptr<Database> primary, OpenReplica open_replica);

// A read for which what was true a moment ago will do, such as a list; not one that a decision rests on. From the copy,
// if the database has one and it answers; else as begin_read.
Result<std::unique_ptr<Transaction>> begin_stale_read(Database& database, const Scope& scope);

}  // namespace syncline::db
