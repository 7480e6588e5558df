#pragma once
// What a tenant does with the copies it has: which were edited, how they differ, and what it
// changes about them for itself.

#include "http/api.h"

namespace syncline::http {

Result<Response> list_drift(Context& context);
Result<Response> get_drift(Context& context);     // path: kind, id
Result<Response> get_override(Context& context);  // path: kind, id
Result<Response> put_override(Context& context);
Result<Response> delete_override(Context& context);
Result<Response> detach_resource(Context& context);
Result<Response> attach_resource(Context& context);
Result<Response> adopt_resource(Context& context);

}  // namespace syncline::http
