#pragma once
// The seven kinds: one group of endpoints for all.

#include "catalog/resources.h"
#include "http/api.h"

namespace syncline::http {

// Of a path: kind, id. 404 when the id is none.
Result<catalog::ResourceKey> key_of(const Context& context);

std::string_view if_match(const Context& context);
// With its tag.
Response shown(int status, const catalog::Shown& resource);

Result<Response> list_resources(Context& context);   // path: kind
Result<Response> create_resource(Context& context);  // path: kind
Result<Response> get_resource(Context& context);     // path: kind, id
Result<Response> patch_resource(Context& context);
Result<Response> delete_resource(Context& context);
Result<Response> publish_resource(Context& context);
Result<Response> list_versions(Context& context);
Result<Response> get_dependencies(Context& context);
Result<Response> get_dependents(Context& context);
Result<Response> list_builtin_tools(Context& context);
Result<Response> import_resources(Context& context);

}  // namespace syncline::http
