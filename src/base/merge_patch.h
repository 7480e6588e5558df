#pragma once
// JSON Merge Patch (RFC 7396).

#include "base/json.h"

namespace syncline::json {

// Members of the patch replace those of the target, objects member by member; null removes; whatever is no object
// replaces whole.
Value merge_patch(Value target, const Value& patch);

}  // namespace syncline::json
