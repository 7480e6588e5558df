#pragma once
// Who is asking. Membership and role are read on every request: a token carries neither.

#include <string>
#include <string_view>

#include "access/services.h"
#include "model/principal.h"

namespace syncline::access {

// How a token came. That of a console's session comes as a cookie, and works in each tenant its person is a member of.
enum class Carrier { header, cookie };

// `tenant_header`: what x-tenant-id says, or "". Errors: unauthenticated `unauthenticated` | `tenant_mismatch`; with a
// cookie, not_found `tenant_not_found` for a tenant that is not there or not the person's.
Result<Principal> authenticate(const Services& services, std::string_view token, Carrier carrier,
                               std::string_view tenant_header);

struct Session {
  std::string token;
  TimeMs expires_at = 0;
  std::string tenant;
  Role role = Role::viewer;
};
// For twelve hours. Errors: unauthenticated `invalid_credentials`, the same for whatever is wrong; throttled
// `too_many_attempts` after ten failures for one address within a minute.
Result<Session> login(const Services& services, std::string_view email, std::string_view password,
                      std::string_view tenant, std::string_view request_id);
// Ends the session, or revokes the key, that the request came with.
Done logout(const Services& services, const Principal& who);

// Addresses are compared without case.
std::string normal_email(std::string_view email);

}  // namespace syncline::access
