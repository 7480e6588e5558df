#pragma once
// Holds answers against the API's own description (http/openapi.h): what a client is promised is what it gets.

#include <string>
#include <string_view>

#include "http/message.h"

namespace syncline::test {

// What is wrong with this answer to `method` of `path`, or "". `text` is the whole body. Paths that the description
// does not know are fine: then only problems are answered.
std::string answer_mistake(std::string_view method, std::string_view path, const http::Response& answer,
                           std::string_view text);

}  // namespace syncline::test
