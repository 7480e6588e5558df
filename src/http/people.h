#pragma once
// Signing in; tenants, accounts, API keys and variables.

#include "http/api.h"

namespace syncline::http {

Result<Response> login(Context& context);
Result<Response> logout(Context& context);
Result<Response> me(Context& context);
Result<Response> list_tenants(Context& context);
Result<Response> create_tenant(Context& context);
Result<Response> get_tenant(Context& context);
Result<Response> patch_tenant(Context& context);
Result<Response> list_accounts(Context& context);
Result<Response> create_account(Context& context);
Result<Response> patch_account(Context& context);   // path: id
Result<Response> delete_account(Context& context);  // path: id
Result<Response> list_api_keys(Context& context);
Result<Response> create_api_key(Context& context);
Result<Response> delete_api_key(Context& context);  // path: id
Result<Response> list_variables(Context& context);
Result<Response> put_variable(Context& context);     // path: name
Result<Response> delete_variable(Context& context);  // path: name

}  // namespace syncline::http
