#include "catalog/credentials.h"

#include <algorithm>

#include "access/tenant_keys.h"
#include "base/clock.h"
#include "catalog/parts.h"
#include "secrets/seal.h"
#include "secrets/template_expression.h"
#include "store/credentials.h"

namespace syncline::catalog {
namespace {

store::CredentialRow make_row(const secrets::TenantKey& key, const Principal& who, std::string_view owner,
                              const std::pair<std::string, std::string>& value, TimeMs now) {
  store::CredentialRow row{.field = value.first,
                           .sealed = std::nullopt,
                           .template_text = std::nullopt,
                           .fingerprint = secrets::fingerprint(key, value.second),
                           .updated_at = now};
  if (secrets::is_template_expression(value.second)) {
    row.template_text = value.second;
  } else {
    row.sealed = secrets::seal(key, {.tenant = who.tenant, .kind = "connection", .id = owner, .field = value.first},
                               value.second);
  }
  return row;
}

bool is_there(const std::vector<store::CredentialRow>& rows, const store::CredentialRow& wanted) {
  return std::any_of(rows.begin(), rows.end(), [&](const store::CredentialRow& row) {
    return row.field == wanted.field && row.fingerprint == wanted.fingerprint &&
           row.template_text == wanted.template_text;
  });
}

}  // namespace

Result<json::Value> credentials_view(db::Connection& connection, std::string_view tenant, const Uuid& owner) {
  json::Object view;
  const std::vector<store::CredentialRow> rows = TRY(store::list_credentials(connection, tenant, owner));
  for (const store::CredentialRow& row : rows) {
    view.set(row.field,
             json::Object{{"set", true}, {"template", row.template_text}, {"updatedAt", format_time(row.updated_at)}});
  }
  return json::Value(std::move(view));
}

Result<Shown> put_credentials(Services& services, const Principal& who, const Uuid& owner,
                              const CredentialValues& values, IfMatch if_match) {
  const ResourceKey key{.kind = Kind::connection, .id = owner};
  {
    const auto transaction = TRY(services.database.begin_write(db::writing(who.tenant)));
    db::Connection& connection = transaction->connection();
    store::ResourceRow row = TRY(find_owner(connection, who.tenant, key, if_match));
    const secrets::TenantKey tenant_key = TRY(access::load_tenant_key(connection, services.master_key, who.tenant));
    const std::vector<store::CredentialRow> before = TRY(store::list_credentials(connection, who.tenant, owner));
    const TimeMs now = services.clock();
    const std::string id = owner.text();
    bool changed = false;
    for (const auto& value : values) {
      const store::CredentialRow credential = make_row(tenant_key, who, id, value, now);
      if (is_there(before, credential)) continue;
      TRY(store::upsert_credential(connection, who.tenant, owner, credential));
      changed = true;
    }
    if (changed) TRY(touch_owner(connection, who, std::move(row), now));
    TRY(transaction->commit());
  }
  return get_resource(services, who, key, {});
}

Done delete_credential(Services& services, const Principal& who, const Uuid& owner, std::string_view field,
                       IfMatch if_match) {
  const auto transaction = TRY(services.database.begin_write(db::writing(who.tenant)));
  db::Connection& connection = transaction->connection();
  store::ResourceRow row = TRY(find_owner(connection, who.tenant, {.kind = Kind::connection, .id = owner}, if_match));
  const bool was_there = TRY(store::delete_credential(connection, who.tenant, owner, field));
  if (!was_there) return fail(ErrorKind::not_found, "not_found", "This credential is not set.");
  TRY(touch_owner(connection, who, std::move(row), services.clock()));
  return transaction->commit();
}

}  // namespace syncline::catalog
