#pragma once
// Where a webhook may lead. Whoever names a URL makes this server send a request from inside our network: so only
// addresses that anybody on the Internet could reach are allowed, and the address that was checked is the one connected
// to. T12 of the threats.

#include <cstdint>
#include <string>
#include <string_view>

#include <sys/socket.h>

#include "base/result.h"

namespace syncline::notify {

struct AddressPolicy {
  bool allow_private = false;  // for tests and closed networks: any address, any port, http too
};

// As the library that connects understands it.
struct Place {
  std::string scheme;
  std::string host;  // without brackets
  std::uint16_t port = 0;
};

// What can be said of a URL without asking for its name. Errors: invalid `url_not_allowed`, with the reason.
Result<Place> check_url(std::string_view url, const AddressPolicy& policy);

// Whether it is an address of the public Internet.
bool is_public(const sockaddr& address);

// Asks for the name and gives one address, as text; all that the name has must be allowed, for the next to ask may get
// another one of them. Errors: unavailable `address_unknown`; forbidden `address_not_allowed`.
Result<std::string> resolve(const Place& place, const AddressPolicy& policy);

}  // namespace syncline::notify
