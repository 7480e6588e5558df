#pragma once
// What somebody should put right before a plan is applied, as the plan's member `preflight` (X41). Ids are the
// source's.

#include <string>
#include <vector>

#include "access/policy.h"
#include "promotion/describe.h"

namespace syncline::promotion {

// Connections that will lack credentials in the target, as JSON objects: those whose credential is an expression that
// names a variable the target has not set; when credentials are kept, those whose copy does not have what the original
// has.
Result<std::vector<std::string>> find_missing_credentials(db::Connection& connection, const PromotionRequest& request,
                                                          const Computed& computed);

// A member after others: ,"preflight":{…}
void append_preflight(std::string& out, const Computed& computed, const Description& description,
                      const std::vector<std::string>& missing_credentials, const std::vector<access::Block>& blocks);

}  // namespace syncline::promotion
