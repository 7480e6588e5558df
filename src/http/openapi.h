#pragma once
// The description of the API in OpenAPI 3.1, made from the routes table and, for the shapes of bodies and answers, from
// api/schemas.json. `api/openapi.json` is its copy for readers; a test compares the two, and the scenarios hold each
// answer against it.

#include <span>
#include <string>

#include "http/api.h"

namespace syncline::http {

std::string openapi_json(std::span<const Route> routes);

}  // namespace syncline::http
