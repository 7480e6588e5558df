#pragma once
// What those ask who run the server.

#include "http/api.h"

namespace syncline::http {

Result<Response> healthz(Context& context);  // the process answers
Result<Response> readyz(Context& context);   // and its database too

}  // namespace syncline::http
