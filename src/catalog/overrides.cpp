#include "catalog/overrides.h"

#include <algorithm>
#include <map>
#include <set>

#include "access/tenant_keys.h"
#include "base/merge_patch.h"
#include "catalog/bodies.h"
#include "catalog/credentials.h"
#include "catalog/lineages.h"
#include "catalog/parts.h"
#include "catalog/references.h"
#include "catalog/view.h"
#include "secrets/template_expression.h"
#include "store/edges.h"
#include "store/overrides.h"

namespace syncline::catalog {
namespace {

Fail no_override() { return fail(ErrorKind::not_found, "not_found", "There is no override here."); }

Result<store::ResourceRow> find_copy(db::Connection& connection, std::string_view tenant, const ResourceKey& key,
                                     IfMatch if_match) {
  store::ResourceRow row = TRY(find_owner(connection, tenant, key, if_match));
  if (!row.synced_from) {
    return fail(ErrorKind::conflict, "not_a_copy", "Only a copy can have an override: edit the resource itself.");
  }
  return row;
}

// What the patch sets has known types, and refers to what is in the tenant. Gives its ids that do, packed.
Result<std::string> check_patch(db::Connection& connection, std::string_view tenant, Kind kind, const std::string& text,
                                TimeMs now) {
  const json::Value patch = TRY(json::parse(text));
  const json::Value set = json::merge_patch({}, patch);  // without the nulls that remove
  TRY(check_body(kind, set, "/patch"));
  std::vector<ReferenceValue> references = TRY(references_of(kind, set, "/patch"));
  TRY(check_references(connection, tenant, std::move(references), "/patch"));
  return TRY(make_body(connection, tenant, text, now)).body.refs;
}

Result<bool> write_credentials(db::Connection& connection, const Services& services, const Principal& who,
                               const Uuid& owner, const OverrideChange& change, TimeMs now) {
  if (change.credentials.empty()) return false;
  const secrets::TenantKey key = TRY(access::load_tenant_key(connection, services.master_key, who.tenant));
  const std::vector<store::CredentialRow> before = TRY(store::list_override_credentials(connection, who.tenant, owner));
  const std::string id = owner.text();
  bool changed = false;
  for (const auto& [field, value] : change.credentials) {
    const auto found =
        std::find_if(before.begin(), before.end(), [&](const store::CredentialRow& row) { return row.field == field; });
    if (!value) {
      if (found == before.end()) continue;
      TRY(store::delete_override_credential(connection, who.tenant, owner, field));
    } else {
      const store::CredentialRow row =
          seal_credential(key, {.tenant = who.tenant, .kind = kOverridePlace, .id = id, .field = field}, *value, now);
      if (found != before.end() && found->fingerprint == row.fingerprint) continue;
      TRY(store::upsert_override_credential(connection, who.tenant, owner, row));
    }
    changed = true;
  }
  return changed;
}

// Which variables what is left of the override uses; whether anything is.
Done refresh_variables(db::Connection& connection, std::string_view tenant, const Uuid& id,
                       const std::optional<std::string>& patch, const std::vector<store::CredentialRow>& credentials) {
  std::set<std::string> names;
  const auto add = [&](std::string_view text) {
    for (std::string& name : secrets::variables_used(text)) names.insert(std::move(name));
  };
  if (patch) add(*patch);
  for (const store::CredentialRow& row : credentials) {
    if (row.template_text) add(*row.template_text);
  }
  TRY(store::clear_variable_uses(connection, tenant, id));
  return store::insert_variable_uses(connection, tenant, id, {names.begin(), names.end()});
}

// The row's tag moves, as with everything a reader sees. It is no edit: the copy has not drifted.
Done mark_seen(db::Connection& connection, const Principal& who, store::ResourceRow row, TimeMs now) {
  row.updated_by = who.person;
  row.updated_at = now;
  return store::update_resource(connection, who.tenant, row);
}

Done remove_override(db::Connection& connection, std::string_view tenant, const Uuid& id,
                     const store::OverrideRow& before) {
  TRY(store::replace_referrers(connection, tenant, id, store::unpack_ids(before.refs), {}));
  TRY(store::clear_variable_uses(connection, tenant, id));
  return store::delete_override(connection, tenant, id);
}

Done fold_credentials(db::Connection& connection, const Services& services, std::string_view tenant,
                      const Uuid& owner) {
  const std::vector<store::CredentialRow> rows = TRY(store::list_override_credentials(connection, tenant, owner));
  if (rows.empty()) return done();
  const secrets::TenantKey key = TRY(access::load_tenant_key(connection, services.master_key, tenant));
  const std::string id = owner.text();
  for (store::CredentialRow row : rows) {
    if (row.sealed) {
      const secrets::SecretString value = TRY(
          secrets::open(key, {.tenant = tenant, .kind = kOverridePlace, .id = id, .field = row.field}, *row.sealed));
      row.sealed = secrets::seal(key, {.tenant = tenant, .kind = kCredentialPlace, .id = id, .field = row.field},
                                 value.reveal());
    }
    TRY(store::upsert_credential(connection, tenant, owner, row));
  }
  return done();
}

// What is already so is not written: without a commit not even the revision moves.
Done write_override(Services& services, const Principal& who, const ResourceKey& key, const OverrideChange& change,
                    IfMatch if_match) {
  const auto transaction = TRY(services.database.begin_write(db::writing(who.tenant)));
  db::Connection& connection = transaction->connection();
  TRY(store::bump_revision(connection, who.tenant));
  const store::ResourceRow row = TRY(find_copy(connection, who.tenant, key, if_match));
  const TimeMs now = services.clock();
  const store::OverrideRow before =
      TRY(store::find_override(connection, who.tenant, key.id)).value_or(store::OverrideRow());
  store::OverrideRow after{.patch = before.patch, .refs = before.refs, .updated_by = who.person, .updated_at = now};
  if (change.clear_patch) {
    after.patch = std::nullopt;
    after.refs.clear();
  } else if (change.patch) {
    after.patch = change.patch;
    after.refs = TRY(check_patch(connection, who.tenant, key.kind, *change.patch, now));
  }
  TRY(store::upsert_override(connection, who.tenant, key.id, after));
  const bool credentials_changed = TRY(write_credentials(connection, services, who, key.id, change, now));
  if (after.patch == before.patch && after.refs == before.refs && !credentials_changed) return done();

  const std::vector<store::CredentialRow> credentials =
      TRY(store::list_override_credentials(connection, who.tenant, key.id));
  if (!after.patch && credentials.empty()) {
    TRY(remove_override(connection, who.tenant, key.id, before));
  } else {
    TRY(store::replace_referrers(connection, who.tenant, key.id, store::unpack_ids(before.refs),
                                 store::unpack_ids(after.refs)));
    TRY(refresh_variables(connection, who.tenant, key.id, after.patch, credentials));
  }
  TRY(mark_seen(connection, who, row, now));
  json::Array fields;
  for (const auto& [field, value] : change.credentials) fields.emplace_back(field);
  TRY(record_change(connection, who, now, "override.set", row,
                    {{"patch", after.patch != before.patch}, {"fields", std::move(fields)}}));
  return transaction->commit();
}

}  // namespace

Result<std::string> effective_body(db::Connection& connection, std::string_view tenant, const store::ResourceRow& row,
                                   const store::BodyRow& body) {
  std::string text = render_body(tenant, row, body);
  if (!row.synced_from) return text;
  const std::optional<store::OverrideRow> found = TRY(store::find_override(connection, tenant, row.id));
  if (!found || !found->patch) return text;
  json::Value value = TRY(json::parse(text));
  const json::Value patch = TRY(json::parse(*found->patch));
  return json::write(json::merge_patch(std::move(value), patch));
}

Result<json::Value> override_view(db::Connection& connection, std::string_view tenant, const Uuid& id) {
  const std::optional<store::OverrideRow> found = TRY(store::find_override(connection, tenant, id));
  if (!found) return json::Value();
  json::Object view;
  view.add("patch", found->patch ? json::Value(json::Raw{*found->patch}) : json::Value());
  json::Object credentials;
  const std::vector<store::CredentialRow> rows = TRY(store::list_override_credentials(connection, tenant, id));
  for (const store::CredentialRow& row : rows) credentials.add(row.field, credential_view(row));
  view.add("credentials", std::move(credentials));
  People people(connection);
  view.add("updatedBy", TRY(people.of(found->updated_by)));
  view.add("updatedAt", format_time(found->updated_at));
  return json::Value(std::move(view));
}

Result<Shown> put_override(Services& services, const Principal& who, const ResourceKey& key,
                           const OverrideChange& change, IfMatch if_match) {
  if (!change.credentials.empty() && !info(key.kind).holds_credentials) {
    return invalid_field("/credentials", "no_credentials", "Only connections have credentials.");
  }
  TRY(write_override(services, who, key, change, if_match));
  return get_resource(services, who, key, {});
}

Done fold_override(db::Connection& connection, const Services& services, std::string_view tenant,
                   store::ResourceRow& row, TimeMs now) {
  std::map<Uuid, Uuid> replaced;
  const auto rewrite = [&](const Uuid& id) -> Result<Uuid> {
    const auto known = replaced.find(id);
    if (known != replaced.end()) return known->second;
    const store::BodyRow body = TRY(store::load_body(connection, id));
    std::string text = TRY(effective_body(connection, tenant, row, body));
    const MadeBody made = TRY(make_body(connection, tenant, std::move(text), now));
    TRY(store::insert_body(connection, made.body));
    replaced.emplace(id, made.body.id);
    return made.body.id;
  };
  const std::vector<store::VersionRow> versions = TRY(store::list_versions(connection, row.lineage_id, row.published));
  for (const store::VersionRow& version : versions) TRY(rewrite(version.body_id));
  if (row.draft_id) row.draft_id = TRY(rewrite(*row.draft_id));
  TRY(fork_lineage(connection, row, replaced, now));
  TRY(fold_credentials(connection, services, tenant, row.id));
  const std::optional<store::OverrideRow> before = TRY(store::find_override(connection, tenant, row.id));
  if (before) TRY(remove_override(connection, tenant, row.id, *before));
  return done();
}

Result<json::Value> get_override(Services& services, const Principal& who, const ResourceKey& key) {
  const auto transaction = TRY(services.database.begin_read(db::reading(who.tenant)));
  db::Connection& connection = transaction->connection();
  TRY(find_owner(connection, who.tenant, key, ""));
  json::Value view = TRY(override_view(connection, who.tenant, key.id));
  if (view.is_null()) return no_override();
  return view;
}

Done delete_override(Services& services, const Principal& who, const ResourceKey& key, IfMatch if_match) {
  const auto transaction = TRY(services.database.begin_write(db::writing(who.tenant)));
  db::Connection& connection = transaction->connection();
  TRY(store::bump_revision(connection, who.tenant));
  const store::ResourceRow row = TRY(find_owner(connection, who.tenant, key, if_match));
  const std::optional<store::OverrideRow> before = TRY(store::find_override(connection, who.tenant, key.id));
  if (!before) return no_override();
  TRY(remove_override(connection, who.tenant, key.id, *before));
  const TimeMs now = services.clock();
  TRY(mark_seen(connection, who, row, now));
  TRY(record_change(connection, who, now, "override.delete", row, {}));
  return transaction->commit();
}

}  // namespace syncline::catalog
