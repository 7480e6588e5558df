#pragma once
// Time is an argument: handlers get a Clock, tests give their own. All times are milliseconds since 1970, UTC.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace syncline {

using TimeMs = std::int64_t;
using Clock = std::function<TimeMs()>;

TimeMs system_now_ms();
std::string format_time(TimeMs time);                     // RFC 3339, UTC, milliseconds
std::optional<TimeMs> parse_time(std::string_view text);  // RFC 3339 with Z or an offset

}  // namespace syncline
