#pragma once
// The description of the API in OpenAPI 3.1, made from the routes table. `api/openapi.json` is its copy for readers; a
// test compares the two.

#include <span>
#include <string>

#include "http/api.h"

namespace syncline::http {

std::string openapi_json(std::span<const Route> routes);

}  // namespace syncline::http
