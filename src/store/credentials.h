#pragma once
// The table `credentials`, a field at a time.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "db/connection.h"

namespace syncline::store {

struct CredentialRow {
  std::string field;
  std::optional<std::string> sealed;         // nothing when it is a template expression
  std::optional<std::string> template_text;  // that expression
  std::string fingerprint;
  TimeMs updated_at = 0;
};
CredentialRow read_credential_row(const db::Row& row);  // field, sealed, template, fingerprint, updated_at
// In the order of fields.
Result<std::vector<CredentialRow>> list_credentials(db::Connection& connection, std::string_view tenant,
                                                    const Uuid& owner);
db::Ask credentials_question(std::string_view tenant,
                             const Uuid& owner);  // what it will ask, for Connection::fetch_ahead
Done upsert_credential(db::Connection& connection, std::string_view tenant, const Uuid& owner,
                       const CredentialRow& row);
// Whether there was one.
Result<bool> delete_credential(db::Connection& connection, std::string_view tenant, const Uuid& owner,
                               std::string_view field);

}  // namespace syncline::store
