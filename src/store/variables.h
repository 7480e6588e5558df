#pragma once
// The table `variables`: values are sealed before they come here and never read back by the API.

#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "db/connection.h"

namespace syncline::store {

struct VariableRow {
  std::string name;
  TimeMs updated_at = 0;
  std::int64_t used_by = 0;  // own resources that name it
};
// In the order of names, those after `after`.
Result<std::vector<VariableRow>> list_variables(db::Connection& connection, std::string_view tenant,
                                                std::string_view after, std::int64_t limit);
Done upsert_variable(db::Connection& connection, std::string_view tenant, std::string_view name,
                     std::string_view sealed, TimeMs now);
// Whether there was one.
Result<bool> delete_variable(db::Connection& connection, std::string_view tenant, std::string_view name);

}  // namespace syncline::store
