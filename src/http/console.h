#pragma once
// The web console: files made by console/ and put into the binary, compressed. Each page has a nonce of its own, so
// that no script and no style runs but ours.

#include "http/api.h"

namespace syncline::http {

// A file of the console; for any other path outside /api its page, which shows what the path says.
Result<Response> get_console(Context& context);

}  // namespace syncline::http
