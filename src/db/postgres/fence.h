#pragma once
// What guards the schema on PostgreSQL: the role the program works as, and row-level security on every table that has
// a tenant, whichever migration made it.
//
// The role that signs in owns the tables and sees all rows, but only in a transaction about the whole deployment. Every
// other transaction takes the role NAME_app (NAME is the one that signs in), which owns nothing and sees the rows of
// the tenants its scope names. Settings that are not set, or empty, show no row to either.

#include <string>

#include "db/connection.h"

namespace syncline::db {

// The role NAME_app. It cannot sign in.
std::string app_role(std::string_view login);

// Makes the role, its rights and each policy that is missing, in the caller's transaction. Error: invalid
// `database_role` when the role that signs in may not make another one; the message says what to run instead.
Done put_up_fence(Connection& connection, std::string_view login);

// A row for each writing transaction of the last minutes. It tells one that was committed from one that was not after
// the connection was lost, and a later INSERT of the same id keeps it from being committed after all.
inline constexpr const char* kCommitMarkers = "commit_markers";

}  // namespace syncline::db
