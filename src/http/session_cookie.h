#pragma once
// The console's session is a cookie that scripts cannot read. What comes with a cookie may have been sent by another
// site: a request that changes something must show that it was not.

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "http/message.h"

namespace syncline::http {

inline constexpr std::string_view kSessionCookie = "__Host-syncline";

// The token of the session cookie, if the request has one.
std::optional<std::string_view> session_cookie(const Request& request);
// Values of Set-Cookie. `__Host-` binds it to this host; browsers keep it over https, and over http on localhost.
std::string make_session_cookie(std::string_view token, TimeMs lasts_ms);
std::string end_session_cookie();

// For a request signed in by cookie. GET changes nothing and passes. Error: forbidden `cross_site_request`.
Done check_same_site(const Request& request);

}  // namespace syncline::http
