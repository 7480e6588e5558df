#pragma once
// Expressions that stand for a value of the tenant that runs them: `${vars.API_KEY}`, `{{ vars.API_KEY | trim }}`.
// They are no secrets, are shown in clear, and survive a sync as they are.

#include <string>
#include <string_view>
#include <vector>

namespace syncline::secrets {

// Whether the whole value is one expression: `${...}` of a dotted name, or `{{...}}` of one that starts with `vars.`,
// each with transforms by name or with numbers: `${vars.KEY | trim | slice(0, 8)}`. One with a quoted text is none,
// for that text could be the secret itself, and must be sealed.
bool is_template_expression(std::string_view value);

// Each NAME in `${vars.NAME` or `{{vars.NAME` anywhere in a text, sorted, once.
std::vector<std::string> variables_used(std::string_view text);

}  // namespace syncline::secrets
