#pragma once
// The tables `overrides` and `override_credentials`: what a tenant changes about its copies for itself.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "store/credentials.h"

namespace syncline::store {

struct OverrideRow {
  std::optional<std::string> patch = {};
  std::string refs;  // packed
  Uuid updated_by;
  TimeMs updated_at = 0;
};
Result<std::optional<OverrideRow>> find_override(db::Connection& connection, std::string_view tenant, const Uuid& id);
Done upsert_override(db::Connection& connection, std::string_view tenant, const Uuid& id, const OverrideRow& row);
Done delete_override(db::Connection& connection, std::string_view tenant, const Uuid& id);  // and its credentials
// The copies that have one.
Result<std::vector<Uuid>> list_overridden(db::Connection& connection, std::string_view tenant);
// What find_override, list_overridden and list_override_credentials will ask, for Connection::fetch_ahead. The text
// must outlive it.
db::Ask override_question(std::string_view tenant, const Uuid& id);
db::Ask overridden_question(std::string_view tenant);
db::Ask override_credentials_question(std::string_view tenant, const Uuid& owner);

// In the order of fields. A credential goes to an override that is there.
Result<std::vector<CredentialRow>> list_override_credentials(db::Connection& connection, std::string_view tenant,
                                                             const Uuid& owner);
Done upsert_override_credential(db::Connection& connection, std::string_view tenant, const Uuid& owner,
                                const CredentialRow& row);
Done delete_override_credential(db::Connection& connection, std::string_view tenant, const Uuid& owner,
                                std::string_view field);

}  // namespace syncline::store
