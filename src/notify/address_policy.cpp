#include "notify/address_policy.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <memory>

#include <arpa/inet.h>
#include <curl/curl.h>
#include <netdb.h>
#include <netinet/in.h>

namespace syncline::notify {
namespace {

constexpr std::size_t kMostUrl = 2000;

struct FreeUrl {
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
};
struct FreeText {
  void operator()(char* text) const { curl_free(text); }
};
struct FreeAddresses {
  void operator()(addrinfo* list) const { freeaddrinfo(list); }
};
using Addresses = std::unique_ptr<addrinfo, FreeAddresses>;

Fail refuse(std::string why) { return fail(ErrorKind::invalid, "url_not_allowed", std::move(why)); }

std::string part_of(CURLU* url, CURLUPart part, unsigned flags = 0) {
  char* text = nullptr;
  if (curl_url_get(url, part, &text, flags) != CURLUE_OK) return "";
  const std::unique_ptr<char, FreeText> owned(text);
  return text;
}

struct Block {
  std::uint32_t address;
  int bits;
};
// Every block that the registry of special-purpose addresses (RFC 6890 and after) does not give to everybody.
constexpr std::array kSpecialV4 = {
    Block{0x00000000, 8},   // this network
    Block{0x0a000000, 8},   // private
    Block{0x64400000, 10},  // shared with a carrier
    Block{0x7f000000, 8},   // loopback
    Block{0xa9fe0000, 16},  // link-local, and the metadata of clouds
    Block{0xac100000, 12},  // private
    Block{0xc0000000, 24},  // protocol assignments
    Block{0xc0000200, 24},  // documentation
    Block{0xc0586300, 24},  // relays of 6to4
    Block{0xc0a80000, 16},  // private
    Block{0xc6120000, 15},  // benchmarks
    Block{0xc6336400, 24},  // documentation
    Block{0xcb007100, 24},  // documentation
    Block{0xe0000000, 3},   // multicast, reserved, broadcast
};

bool is_public_v4(std::uint32_t address) {
  return std::none_of(kSpecialV4.begin(), kSpecialV4.end(), [&](const Block& block) {
    return (address >> (32 - block.bits)) == (block.address >> (32 - block.bits));
  });
}

// Global unicast only, and of it not what leads to an IPv4 address or is for documentation.
bool is_public_v6(const std::array<std::uint8_t, 16>& a) {
  if ((a[0] & 0xe0) != 0x20) return false;
  if (a[0] == 0x20 && a[1] == 0x01 && a[2] < 0x02) return false;                   // 2001::/23: Teredo and others
  if (a[0] == 0x20 && a[1] == 0x01 && a[2] == 0x0d && a[3] == 0xb8) return false;  // documentation
  if (a[0] == 0x20 && a[1] == 0x02) return false;                                  // 6to4
  return !(a[0] == 0x3f && a[1] == 0xff && a[2] < 0x10);                           // documentation
}

Addresses look_up(const std::string& host, int flags) {
  addrinfo wanted{};
  wanted.ai_family = AF_UNSPEC;
  wanted.ai_socktype = SOCK_STREAM;
  wanted.ai_flags = flags;
  addrinfo* list = nullptr;
  if (getaddrinfo(host.c_str(), nullptr, &wanted, &list) != 0) return nullptr;
  return Addresses(list);
}

bool all_public(const Addresses& addresses) {
  for (const addrinfo* each = addresses.get(); each != nullptr; each = each->ai_next) {
    if (!is_public(*each->ai_addr)) return false;
  }
  return true;
}

bool is_local_name(std::string host) {
  std::transform(host.begin(), host.end(), host.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; });
  if (host.find('.') == std::string::npos && host.find(':') == std::string::npos) return true;
  constexpr std::array<std::string_view, 6> kEndings = {".localhost",   ".local", ".internal",
                                                        ".localdomain", ".lan",   ".home.arpa"};
  return std::any_of(kEndings.begin(), kEndings.end(), [&](std::string_view ending) { return host.ends_with(ending); });
}

}  // namespace

bool is_public(const sockaddr& address) {
  if (address.sa_family == AF_INET) {
    return is_public_v4(ntohl(reinterpret_cast<const sockaddr_in&>(address).sin_addr.s_addr));
  }
  if (address.sa_family != AF_INET6) return false;
  std::array<std::uint8_t, 16> bytes{};
  const auto& from = reinterpret_cast<const sockaddr_in6&>(address).sin6_addr.s6_addr;
  std::copy(std::begin(from), std::end(from), bytes.begin());
  return is_public_v6(bytes);
}

// Parsed by the library that will connect: two parsers of one URL may see two hosts.
Result<Place> check_url(std::string_view text, const AddressPolicy& policy) {
  if (text.size() > kMostUrl) return refuse("The URL is too long.");
  if (!std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7f && c != '\\'; })) {
    return refuse("The URL holds characters that must be percent-encoded.");
  }
  const std::unique_ptr<CURLU, FreeUrl> url(curl_url());
  if (curl_url_set(url.get(), CURLUPART_URL, std::string(text).c_str(), CURLU_DISALLOW_USER) != CURLUE_OK) {
    return refuse("This is not a URL without a user.");
  }
  Place place{.scheme = part_of(url.get(), CURLUPART_SCHEME), .host = part_of(url.get(), CURLUPART_HOST)};
  if (place.scheme != "https" && !(policy.allow_private && place.scheme == "http")) {
    return refuse("A webhook is reached by https.");
  }
  if (text.find('@') < text.find('/', place.scheme.size() + 3)) return refuse("A URL must not name a user.");
  if (!part_of(url.get(), CURLUPART_FRAGMENT).empty()) return refuse("A fragment is never sent: leave it out.");
  const std::string port = part_of(url.get(), CURLUPART_PORT, CURLU_DEFAULT_PORT);
  const auto parsed = std::from_chars(port.data(), port.data() + port.size(), place.port);
  if (parsed.ec != std::errc() || place.port == 0) return refuse("The URL has no proper port.");
  if (place.host.starts_with('[') && place.host.ends_with(']'))
    place.host = place.host.substr(1, place.host.size() - 2);
  if (place.host.empty() || place.host.find_first_of("%[]") != std::string::npos) {
    return refuse("The URL has no proper host.");
  }
  if (policy.allow_private) return place;
  if (place.port != 443 && place.port != 8443) return refuse("A webhook is reached at port 443 or 8443.");
  std::string host = place.host;  // a name may end in a dot; an address with one is an address all the same
  while (host.ends_with('.')) host.pop_back();
  const Addresses literal = look_up(host, AI_NUMERICHOST);
  if (literal != nullptr && !all_public(literal)) return refuse("This address is not one of the public Internet.");
  if (literal == nullptr && is_local_name(host)) return refuse("This name is not one of the public Internet.");
  return place;
}

Result<std::string> resolve(const Place& place, const AddressPolicy& policy) {
  const Addresses addresses = look_up(place.host, 0);
  if (addresses == nullptr) {
    return fail(ErrorKind::unavailable, "address_unknown", "The name of the webhook has no address.");
  }
  if (!policy.allow_private && !all_public(addresses)) {
    return fail(ErrorKind::forbidden, "address_not_allowed",
                "The webhook's address is not one of the public Internet.");
  }
  std::array<char, INET6_ADDRSTRLEN> text{};
  const sockaddr* first = addresses->ai_addr;
  const void* bytes = first->sa_family == AF_INET
                          ? static_cast<const void*>(&reinterpret_cast<const sockaddr_in*>(first)->sin_addr)
                          : static_cast<const void*>(&reinterpret_cast<const sockaddr_in6*>(first)->sin6_addr);
  if (inet_ntop(first->sa_family, bytes, text.data(), text.size()) == nullptr) {
    return fail(ErrorKind::unavailable, "address_unknown", "The name of the webhook has no address.");
  }
  return std::string(text.data());
}

}  // namespace syncline::notify
