#pragma once
// What those ask who run the server.

#include "http/api.h"

namespace syncline::http {

Result<Response> healthz(Context& context);  // the process answers
Result<Response> readyz(Context& context);   // and its database too
Result<Response> get_metrics(Context& context);
Result<Response> get_openapi(Context& context);
Result<Response> get_setup(Context& context);  // whether it waits for its first person

}  // namespace syncline::http
