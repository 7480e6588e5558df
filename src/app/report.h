#pragma once
// How a command ends.

#include "base/result.h"

namespace syncline::app {

// 0, or what the kind of error says after a line about it on standard error: 64 for wrong usage, 4 for a key that is
// not the right one, 5 for a conflict, 1 for the rest.
int exit_code_of(const Done& result);

}  // namespace syncline::app
