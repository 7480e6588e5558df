#pragma once
// Where a tenant is told of what happens.

#include "http/api.h"

namespace syncline::http {

Result<Response> list_webhooks(Context& context);
Result<Response> create_webhook(Context& context);
Result<Response> delete_webhook(Context& context);   // path: id
Result<Response> list_deliveries(Context& context);  // path: id
Result<Response> test_webhook(Context& context);     // path: id

}  // namespace syncline::http
