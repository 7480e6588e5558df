#pragma once
// The one table of routes.

#include <span>

#include "http/api.h"

namespace syncline::http {

std::span<const Route> routes();

}  // namespace syncline::http
