#pragma once
// Holds answers against the API's own description (http/openapi.h): what a client is promised is what it gets.

#include <string>
#include <string_view>

#include "http/api.h"

namespace syncline::test {

// The route a request belongs to, the first pattern it fits that has the method; nullptr when there is none.
const http::Route* find_route(std::string_view method, std::string_view path);

// What is wrong with this answer to `method` of `path`, or "". `text` is the whole body. Paths that the description
// does not know are fine: then only problems are answered.
std::string answer_mistake(std::string_view method, std::string_view path, const http::Response& answer,
                           std::string_view text);

}  // namespace syncline::test
