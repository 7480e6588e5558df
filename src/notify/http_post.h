#pragma once
// One POST to a webhook: to the address that was checked, without redirects, within bounds.

#include <string>
#include <string_view>
#include <vector>

#include "notify/address_policy.h"

namespace syncline::notify {

// The status of the answer, whatever it is. Errors: those of address_policy.h; unavailable `not_delivered`, with why.
Result<long> post(const std::string& url, const std::vector<std::string>& headers, const std::string& body,
                  const AddressPolicy& policy);

}  // namespace syncline::notify
