#pragma once
// The authenticated tenant's audit chain.

#include "http/api.h"

namespace syncline::http {

Result<Response> list_audit(Context& context);    // ?action=&actor=&subject=&since=&until=
Result<Response> export_audit(Context& context);  // NDJSON, oldest first
Result<Response> verify_audit(Context& context);  // ?expectHead=: the hash of a row that must be there

}  // namespace syncline::http
