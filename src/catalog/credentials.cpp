#include "catalog/credentials.h"

#include <algorithm>

#include "access/tenant_keys.h"
#include "base/clock.h"
#include "catalog/drift.h"
#include "catalog/parts.h"
#include "secrets/template_expression.h"
#include "store/overrides.h"

namespace syncline::catalog {
namespace {

bool is_there(const std::vector<store::CredentialRow>& rows, const store::CredentialRow& wanted) {
  return std::any_of(rows.begin(), rows.end(), [&](const store::CredentialRow& row) {
    return row.field == wanted.field && row.fingerprint == wanted.fingerprint &&
           row.template_text == wanted.template_text;
  });
}

}  // namespace

store::CredentialRow seal_credential(const secrets::TenantKey& key, const secrets::SealContext& place,
                                     std::string_view value, TimeMs now) {
  store::CredentialRow row{.field = std::string(place.field),
                           .sealed = std::nullopt,
                           .template_text = std::nullopt,
                           .fingerprint = secrets::fingerprint(key, value),
                           .updated_at = now};
  if (secrets::is_template_expression(value))
    row.template_text = std::string(value);
  else
    row.sealed = secrets::seal(key, place, value);
  return row;
}

json::Object credential_view(const store::CredentialRow& row) {
  return {{"set", true}, {"template", row.template_text}, {"updatedAt", format_time(row.updated_at)}};
}

Result<json::Value> credentials_view(db::Connection& connection, std::string_view tenant, const Uuid& owner) {
  json::Object view;
  const std::vector<store::CredentialRow> rows = TRY(store::list_credentials(connection, tenant, owner));
  for (const store::CredentialRow& row : rows) view.set(row.field, credential_view(row));
  const std::vector<store::CredentialRow> own = TRY(store::list_override_credentials(connection, tenant, owner));
  for (const store::CredentialRow& row : own) {
    json::Object overridden = credential_view(row);
    overridden.add("overridden", true);
    view.set(row.field, std::move(overridden));
  }
  return json::Value(std::move(view));
}

Result<Shown> put_credentials(Services& services, const Principal& who, const Uuid& owner,
                              const CredentialValues& values, IfMatch if_match) {
  const ResourceKey key{.kind = Kind::connection, .id = owner};
  {
    const auto transaction = TRY(services.database.begin_write(db::writing(who.tenant)));
    db::Connection& connection = transaction->connection();
    const store::ResourceRow row = TRY(find_owner(connection, who.tenant, key, if_match));
    const secrets::TenantKey tenant_key = TRY(access::load_tenant_key(connection, services.master_key, who.tenant));
    const std::vector<store::CredentialRow> before = TRY(store::list_credentials(connection, who.tenant, owner));
    const TimeMs now = services.clock();
    const std::string id = owner.text();
    TRY(keep_base(connection, who.tenant, row));
    json::Array changed;
    for (const auto& [field, value] : values) {
      const store::CredentialRow credential = seal_credential(
          tenant_key, {.tenant = who.tenant, .kind = kCredentialPlace, .id = id, .field = field}, value, now);
      if (is_there(before, credential)) continue;
      TRY(store::upsert_credential(connection, who.tenant, owner, credential));
      changed.emplace_back(field);
    }
    if (!changed.empty()) {
      TRY(touch_owner(connection, who, row, now));
      TRY(record_change(connection, who, now, "credentials.set", row, {{"fields", std::move(changed)}}));
      TRY(transaction->commit());
    }
  }
  return get_resource(services, who, key, {});
}

Done delete_credential(Services& services, const Principal& who, const Uuid& owner, std::string_view field,
                       IfMatch if_match) {
  const auto transaction = TRY(services.database.begin_write(db::writing(who.tenant)));
  db::Connection& connection = transaction->connection();
  const store::ResourceRow row =
      TRY(find_owner(connection, who.tenant, {.kind = Kind::connection, .id = owner}, if_match));
  TRY(keep_base(connection, who.tenant, row));
  const bool was_there = TRY(store::delete_credential(connection, who.tenant, owner, field));
  if (!was_there) return fail(ErrorKind::not_found, "not_found", "This credential is not set.");
  const TimeMs now = services.clock();
  TRY(touch_owner(connection, who, row, now));
  TRY(record_change(connection, who, now, "credentials.delete", row, {{"fields", json::Array{field}}}));
  return transaction->commit();
}

}  // namespace syncline::catalog
