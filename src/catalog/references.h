#pragma once
// What a body says in the members we know: its references (model/kinds.h) and its types (S12). Everything else in a
// body is the client's own.

#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "db/connection.h"
#include "model/kinds.h"

namespace syncline::catalog {

struct ReferenceValue {
  std::string pointer;  // into the body: "/tools/0/toolId"
  Kind kind = Kind::document;
  std::string text;  // as written: an id, or "builtin:weather"
};

// The values of the reference fields, in the order of the kind's table. A null stands for no reference. `at` is where
// the body stands in the request, for errors: invalid `invalid_body`.
Result<std::vector<ReferenceValue>> references_of(Kind kind, const json::Value& body, std::string_view at = "/body");

// Known types have known names. Error: invalid `invalid_body`.
Done check_body(Kind kind, const json::Value& body, std::string_view at = "/body");

// Those that name nothing of their kind in the tenant.
Result<std::vector<ReferenceValue>> unknown_references(db::Connection& connection, std::string_view tenant,
                                                       std::vector<ReferenceValue> references);
// Error: invalid `unknown_reference`, with each of them.
Done check_references(db::Connection& connection, std::string_view tenant, std::vector<ReferenceValue> references,
                      std::string_view at = "/body");

}  // namespace syncline::catalog
