#pragma once
// The policy of a target as a request gives it.

#include "access/people.h"
#include "http/api.h"

namespace syncline::http {

std::optional<Role> role_field(Fields& fields, std::string_view name, bool required);

// The members of `syncPolicy`. Errors: 422 that name each one that is wrong.
Result<access::PolicyChange> read_policy_change(const json::Value& policy);

}  // namespace syncline::http
