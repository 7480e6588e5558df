#pragma once
// One statement for the rows of a batch: the text that a batch is given for one row, with arrays in place of values.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace syncline::db {

// `INSERT … VALUES ($1, …) …` becomes `INSERT … SELECT b.p1, … FROM unnest($1::t[], …) AS b(p1, …) …`; UPDATE and
// DELETE get the arrays as another table. `types` are those of the parameters (of pg_type). Nothing for a text of
// another form: then each row is a statement.
std::optional<std::string> for_arrays(std::string_view sql, const std::vector<std::uint32_t>& types);

}  // namespace syncline::db
