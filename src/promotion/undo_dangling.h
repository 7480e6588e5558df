#pragma once
// Which references lead nowhere once a run is undone.

#include "promotion/undo.h"

namespace syncline::promotion {

// Of what is written back, and of the target's other copies to what is deleted: [{from, to, kind, fixedByStep}]. Looks
// at the rows as they are before the undoing.
Result<json::Array> find_dangling(db::Connection& connection, const Pair& pair, const Undo& undo);

}  // namespace syncline::promotion
