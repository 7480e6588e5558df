#pragma once
// Who changed what. Every verb that changes something says so exactly once, in its own transaction: when this row
// cannot be written, nothing has changed.

#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/json.h"
#include "db/connection.h"
#include "model/principal.h"

namespace syncline::audit {

struct Subject {
  std::string_view kind;  // the step of a resource ("tools"), or "account", "apiKey", "variable", "run" …
  std::string id;
  std::string_view name = {};
};

struct Entry {
  std::string_view tenant = {};  // whose chain; without it the principal's own
  std::string_view action;       // "resource.edit": what and done what
  Subject subject = {};
  json::Object details = {};  // names of members, flags before and after, counts, ids; never the value of a secret
};

// Adds a row at the end of the tenant's chain: one seek and one insert. The transaction must hold the tenant's lock.
Done record(db::Connection& connection, const Principal& who, TimeMs now, const Entry& entry);

// {"from": before, "to": after}: how details tell a changed flag, role or other short value.
json::Value change(json::Value before, json::Value after);

}  // namespace syncline::audit
