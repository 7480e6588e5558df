#pragma once
// SQLite in one file: WAL, synchronous=FULL (a commit that was answered is on the disk), one writer at a time, readers
// that never wait.

#include <memory>
#include <string>

#include "db/connection.h"

namespace syncline::db {

// Makes the file when there is none. Error: internal `database_error`.
Result<std::unique_ptr<Database>> open_sqlite(const std::string& path);

}  // namespace syncline::db
