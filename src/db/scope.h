#pragma once
// What a transaction is about: which tenants' rows it writes and reads. Each transaction says it when it begins.
//
// SQLite does not need it. PostgreSQL takes the turn of each tenant that is written, so that writers into different
// tenants work side by side, and shows the transaction the rows of these tenants only, whatever its statements ask for
// (row-level security). A tenant's rows are those of tables with a column `tenant_id`, or `source_id` and `target_id`,
// where either may be in the scope. Persons, bodies and versions belong to no tenant and are not fenced.

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/uuid.h"

namespace syncline::db {

struct Scope {
  enum class Sight {
    tenants,     // the tenants named here
    sign_in,     // besides: everybody's tokens, accounts and tenants, to read
    deployment,  // every row
  };
  enum class Turn {
    tenants,   // waits until no other writer holds a tenant of `writes`, and holds them until it ends
    none,      // waits for nobody: for single statements that are right beside other writers, as those of a lease
    everyone,  // waits until nobody writes, and nobody else does until it ends
  };

  std::vector<std::string> writes = {};  // it changes rows of these, and reads them
  std::vector<std::string> reads = {};   // it reads rows of these besides
  std::optional<Uuid> member_of = {};    // it reads rows of each tenant this person is a member of, too
  Sight sight = Sight::tenants;
  Turn turn = Turn::tenants;
};

inline Scope reading(std::string tenant) { return {.reads = {std::move(tenant)}}; }
inline Scope reading(std::vector<std::string> tenants) { return {.reads = std::move(tenants)}; }
// All tenants in which this person has an account: for what is shown across them.
inline Scope reading_as(const Uuid& person) { return {.member_of = person}; }
inline Scope writing(std::string tenant, std::vector<std::string> reads = {}) {
  return {.writes = {std::move(tenant)}, .reads = std::move(reads)};
}
// Writes rows of the tenant without taking its turn: see Turn::none.
inline Scope writing_beside(std::string tenant) { return {.writes = {std::move(tenant)}, .turn = Scope::Turn::none}; }
// Who is it? The one question asked before a tenant is known.
inline Scope signing_in() { return {.sight = Scope::Sight::sign_in}; }
// Work on the whole deployment: the operator's commands, sweeps. Waits for nobody.
inline Scope deployment() { return {.sight = Scope::Sight::deployment, .turn = Scope::Turn::none}; }
// The same, with nobody else writing meanwhile: migrations, rotation of the master key.
inline Scope deployment_alone() { return {.sight = Scope::Sight::deployment, .turn = Scope::Turn::everyone}; }

}  // namespace syncline::db
