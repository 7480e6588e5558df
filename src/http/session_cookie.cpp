#include "http/session_cookie.h"

namespace syncline::http {
namespace {

constexpr std::string_view kAttributes = "; Path=/; HttpOnly; Secure; SameSite=Lax";

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

bool is_of_host(std::string_view origin, std::string_view host) {
  const std::size_t scheme = origin.find("://");
  return scheme != std::string_view::npos && !host.empty() && same_name(origin.substr(scheme + 3), host);
}

}  // namespace

std::optional<std::string_view> session_cookie(const Request& request) {
  std::string_view rest = request.header("Cookie");
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find(';'), rest.size());
    const std::string_view pair = trimmed(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (pair.starts_with(kSessionCookie) && pair.substr(kSessionCookie.size()).starts_with('='))
      return pair.substr(kSessionCookie.size() + 1);
  }
  return std::nullopt;
}

std::string make_session_cookie(std::string_view token, TimeMs lasts_ms) {
  std::string cookie(kSessionCookie);
  cookie.append("=").append(token).append(kAttributes);
  return cookie.append("; Max-Age=").append(std::to_string(lasts_ms / 1000));
}

std::string end_session_cookie() {
  return std::string(kSessionCookie).append("=").append(kAttributes).append("; Max-Age=0");
}

Done check_same_site(const Request& request) {
  if (request.method == "GET") return done();
  const std::string_view site = request.header("Sec-Fetch-Site");
  const std::string_view origin = request.header("Origin");
  const bool site_fits = site.empty() || site == "same-origin";
  const bool origin_fits = origin.empty() || is_of_host(origin, request.header("Host"));
  const bool says_something = !site.empty() || !origin.empty();
  if (says_something && site_fits && origin_fits) return done();
  return fail(ErrorKind::forbidden, "cross_site_request",
              "With the console's cookie, only the console's own pages may change something. Use a token.");
}

}  // namespace syncline::http
