#pragma once
// Who asks. Made by access/authenticate.h only, from live rows.

#include <optional>
#include <string>
#include <string_view>

#include "base/uuid.h"

namespace syncline {

enum class Role { viewer, user, admin, owner };  // in order of power

constexpr std::string_view role_name(Role role) {
  constexpr std::string_view kNames[] = {"VIEWER", "USER", "ADMIN", "OWNER"};
  return kNames[static_cast<int>(role)];
}
constexpr std::optional<Role> role_named(std::string_view name) {
  for (const Role role : {Role::viewer, Role::user, Role::admin, Role::owner}) {
    if (role_name(role) == name) return role;
  }
  return std::nullopt;
}

struct Principal {
  Uuid person;
  std::string email;
  std::string tenant;  // the authenticated tenant
  Role role = Role::viewer;
  bool superuser = false;
  Uuid token;
  std::string token_tenant = {};  // where it was made; a console's session may look at another of the person's tenants
  std::string request_id = {};    // "" when no request asks: a command on the server
};

}  // namespace syncline
