#include "http/people.h"

#include <utility>

#include "access/authenticate.h"
#include "access/people.h"
#include "http/policy.h"
#include "http/session_cookie.h"

namespace syncline::http {
namespace {

constexpr std::size_t kLongestVariable = 64 * 1024;
constexpr std::int64_t kMembershipsShown = 1000;

Result<json::Value> tenant_json(const store::TenantRow& tenant) {
  const access::SyncPolicy policy = TRY(access::read_policy(tenant.policy));
  json::Object shown{{"minimumRole", role_name(tenant.minimum_role)}};
  const json::Object members = access::policy_json(policy);
  for (const json::Member& member : members.members()) shown.add(member.name, member.value);
  return json::Value(json::Object{{"id", tenant.id},
                                  {"label", tenant.label},
                                  {"environment", tenant.environment},
                                  {"syncPolicy", std::move(shown)},
                                  {"revision", tenant.revision},
                                  {"createdAt", format_time(tenant.created_at)}});
}

json::Value membership_json(const store::MembershipRow& row) {
  return json::Object{
      {"id", row.tenant}, {"label", row.label}, {"environment", row.environment}, {"role", role_name(row.role)}};
}

json::Value account_json(const store::AccountRow& account) {
  return json::Object{{"personId", account.person.text()},
                      {"email", account.email},
                      {"displayName", account.display_name},
                      {"role", role_name(account.role)}};
}

json::Object api_key_json(const store::TokenRow& row) {
  json::Object key{{"id", row.id.text()}, {"description", row.description}, {"createdAt", format_time(row.created_at)}};
  key.add("expiresAt", row.expires_at ? json::Value(format_time(*row.expires_at)) : json::Value());
  return key;
}

std::optional<std::string> environment_field(Fields& fields) {
  std::optional<std::string> environment = fields.string("environment");
  if (environment && !access::is_environment(*environment)) {
    fields.fail("environment", "invalid_environment", "An environment is development, staging or production.");
  }
  return environment;
}

// Page after page by the id of the last one.
Result<Uuid> id_after(const Page& page) {
  if (!page.after) return Uuid{};
  const std::optional<Uuid> id = parse_uuid(*page.after);
  if (!id) return fail(ErrorKind::invalid, "invalid_cursor", "This cursor is not one of ours.");
  return *id;
}

template <typename Row, typename Show, typename Key>
Response page_json(const std::vector<Row>& rows, const Page& page, Show show, Key key) {
  json::Array items;
  for (const Row& row : rows) items.emplace_back(show(row));
  std::optional<std::string> next;
  if (!rows.empty() && rows.size() == static_cast<std::size_t>(page.limit)) next = key(rows.back());
  return json_response(200, list_json(std::move(items), next));
}

Result<std::string> variable_name(const Context& context) {
  if (!access::is_variable_name(context.path[0])) {
    return fail(ErrorKind::invalid, "invalid_variable_name",
                "A variable's name has 1 to 100 letters, digits and underscores, and no digit first.");
  }
  return context.path[0];
}

}  // namespace

Result<Response> login(Context& context) {
  Fields fields(context.body);
  const auto email = fields.string("email", {.required = true, .min = 1, .max = 254});
  const auto password = fields.string("password", {.required = true, .min = 1, .max = 1000});
  const auto tenant = fields.string("tenantId", {.required = true, .min = 1, .max = 63});
  const bool as_cookie = fields.boolean("cookie").value_or(false);
  TRY(fields.end());
  const access::Session session = TRY(access::login(context.services, *email, *password, *tenant, context.request_id));
  json::Object shown{
      {"expiresAt", format_time(session.expires_at)}, {"tenant", session.tenant}, {"role", role_name(session.role)}};
  if (!as_cookie) shown.add("token", session.token);
  Response response = json_response(200, std::move(shown));
  if (as_cookie) {
    response.set("Set-Cookie", make_session_cookie(session.token, session.expires_at - context.services.clock()));
  }
  return response;
}

Result<Response> logout(Context& context) {
  TRY(nothing_asked(context));
  TRY(access::logout(context.services, context.principal));
  Response response{.status = 204};
  if (session_cookie(context.request)) response.set("Set-Cookie", end_session_cookie());
  return response;
}

Result<Response> me(Context& context) {
  const Principal& who = context.principal;
  const auto memberships = TRY(access::list_memberships(context.services, who, "", kMembershipsShown));
  json::Array tenants;
  for (const store::MembershipRow& row : memberships) tenants.push_back(membership_json(row));
  return json_response(
      200, json::Object{
               {"person", json::Object{{"id", who.person.text()}, {"email", who.email}, {"superuser", who.superuser}}},
               {"tenant", who.tenant},
               {"role", role_name(who.role)},
               {"tenants", std::move(tenants)}});
}

Result<Response> list_tenants(Context& context) {
  const Page page = TRY(page_of(context));
  const auto rows =
      TRY(access::list_memberships(context.services, context.principal, page.after.value_or(""), page.limit));
  return page_json(rows, page, membership_json, [](const store::MembershipRow& row) { return row.tenant; });
}

Result<Response> create_tenant(Context& context) {
  Fields fields(context.body);
  access::NewTenant wanted;
  wanted.id = fields.string("id", {.required = true, .min = 1, .max = 63}).value_or("");
  wanted.label = fields.string("label", {.min = 1}).value_or(wanted.id);
  wanted.environment = environment_field(fields).value_or("development");
  TRY(fields.end());
  const store::TenantRow tenant = TRY(access::create_tenant(context.services, context.principal, wanted));
  Response response = json_response(201, TRY(tenant_json(tenant)));
  response.set("Location", "/api/tenant");
  return response;
}

Result<Response> get_tenant(Context& context) {
  const store::TenantRow tenant = TRY(access::get_tenant(context.services, context.principal));
  return json_response(200, TRY(tenant_json(tenant)));
}

Result<Response> patch_tenant(Context& context) {
  Fields fields(context.body);
  access::TenantChange change;
  change.label = fields.string("label", {.min = 1});
  change.environment = environment_field(fields);
  const json::Value* policy = fields.object("syncPolicy");
  TRY(fields.end());
  if (policy != nullptr) change.policy = TRY(read_policy_change(*policy));
  const store::TenantRow tenant = TRY(access::edit_tenant(context.services, context.principal, change));
  return json_response(200, TRY(tenant_json(tenant)));
}

Result<Response> list_accounts(Context& context) {
  const Page page = TRY(page_of(context));
  const Uuid after = TRY(id_after(page));
  const auto rows = TRY(access::list_accounts(context.services, context.principal, after, page.limit));
  return page_json(rows, page, account_json, [](const store::AccountRow& row) { return row.person.text(); });
}

Result<Response> create_account(Context& context) {
  Fields fields(context.body);
  access::NewAccount wanted;
  wanted.email = fields.string("email", {.required = true, .min = 1, .max = 254}).value_or("");
  wanted.display_name = fields.string("displayName").value_or("");
  wanted.role = role_field(fields, "role", true).value_or(Role::viewer);
  wanted.password = fields.string("password", {.max = 1000});
  TRY(fields.end());
  const store::AccountRow account = TRY(access::create_account(context.services, context.principal, wanted));
  Response response = json_response(201, account_json(account));
  response.set("Location", "/api/tenant/accounts/" + account.person.text());
  return response;
}

Result<Response> patch_account(Context& context) {
  const Uuid person = TRY(id_of(context.path[0]));
  Fields fields(context.body);
  const std::optional<Role> role = role_field(fields, "role", true);
  TRY(fields.end());
  const store::AccountRow account = TRY(access::edit_account(context.services, context.principal, person, *role));
  return json_response(200, account_json(account));
}

Result<Response> delete_account(Context& context) {
  const Uuid person = TRY(id_of(context.path[0]));
  TRY(access::delete_account(context.services, context.principal, person));
  return Response{.status = 204};
}

Result<Response> list_api_keys(Context& context) {
  const Page page = TRY(page_of(context));
  const Uuid after = TRY(id_after(page));
  const auto rows = TRY(access::list_api_keys(context.services, context.principal, after, page.limit));
  return page_json(rows, page, api_key_json, [](const store::TokenRow& row) { return row.id.text(); });
}

Result<Response> create_api_key(Context& context) {
  Fields fields(context.body);
  const auto description = fields.string("description", {.required = true, .min = 1});
  const auto expires_text = fields.string("expiresAt");
  std::optional<TimeMs> expires_at;
  if (expires_text) {
    expires_at = parse_time(*expires_text);
    if (!expires_at) fields.fail("expiresAt", "invalid_time", "This must be a time as in RFC 3339.");
  }
  TRY(fields.end());
  const access::NewKey key = TRY(access::create_api_key(context.services, context.principal, *description, expires_at));
  json::Object shown = api_key_json(key.row);
  shown.add("token", key.token);
  Response response = json_response(201, shown);
  response.set("Location", "/api/tenant/apiKeys/" + key.row.id.text());
  return response;
}

Result<Response> delete_api_key(Context& context) {
  const Uuid id = TRY(id_of(context.path[0]));
  TRY(access::delete_api_key(context.services, context.principal, id));
  return Response{.status = 204};
}

Result<Response> list_variables(Context& context) {
  const Page page = TRY(page_of(context));
  const auto rows =
      TRY(access::list_variables(context.services, context.principal, page.after.value_or(""), page.limit));
  const auto show = [](const store::VariableRow& row) {
    return json::Object{{"name", row.name}, {"updatedAt", format_time(row.updated_at)}, {"usedBy", row.used_by}};
  };
  return page_json(rows, page, show, [](const store::VariableRow& row) { return row.name; });
}

Result<Response> put_variable(Context& context) {
  const std::string name = TRY(variable_name(context));
  Fields fields(context.body);
  const auto value = fields.string("value", {.required = true, .max = kLongestVariable});
  TRY(fields.end());
  const TimeMs set_at = TRY(access::put_variable(context.services, context.principal, name, *value));
  return json_response(200, json::Object{{"name", name}, {"updatedAt", format_time(set_at)}});
}

Result<Response> delete_variable(Context& context) {
  const std::string name = TRY(variable_name(context));
  TRY(access::delete_variable(context.services, context.principal, name));
  return Response{.status = 204};
}

}  // namespace syncline::http
