#include "base/clock.h"

#include <chrono>

namespace syncline {
namespace {

constexpr std::int64_t kMsPerDay = 86'400'000;

void append_padded(std::string& out, std::int64_t number, std::size_t width) {
  const std::string digits = std::to_string(number);
  if (digits.size() < width) out.append(width - digits.size(), '0');
  out += digits;
}

// Takes exactly `width` digits from the front, or gives nothing.
std::optional<int> take_number(std::string_view& text, std::size_t width) {
  if (text.size() < width) return std::nullopt;
  int number = 0;
  for (const char digit : text.substr(0, width)) {
    if (digit < '0' || digit > '9') return std::nullopt;
    number = number * 10 + (digit - '0');
  }
  text.remove_prefix(width);
  return number;
}

bool take_one_of(std::string_view& text, std::string_view characters) {
  if (text.empty() || characters.find(text[0]) == std::string_view::npos) return false;
  text.remove_prefix(1);
  return true;
}

// Digits after the third are cut off.
std::optional<int> take_fraction_ms(std::string_view& text) {
  int ms = 0;
  int place = 100;
  std::size_t digits = 0;
  for (; digits < text.size() && text[digits] >= '0' && text[digits] <= '9'; ++digits, place /= 10) {
    ms += (text[digits] - '0') * place;
  }
  if (digits == 0) return std::nullopt;
  text.remove_prefix(digits);
  return ms;
}

std::optional<int> take_offset_minutes(std::string_view& text) {
  if (take_one_of(text, "Zz")) return 0;
  const int sign = text.starts_with('-') ? -1 : 1;
  if (!take_one_of(text, "+-")) return std::nullopt;
  const std::optional<int> hours = take_number(text, 2);
  if (!hours || *hours > 23 || !take_one_of(text, ":")) return std::nullopt;
  const std::optional<int> minutes = take_number(text, 2);
  if (!minutes || *minutes > 59) return std::nullopt;
  return sign * (*hours * 60 + *minutes);
}

std::optional<std::int64_t> take_day(std::string_view& text) {
  const std::optional<int> year = take_number(text, 4);
  if (!year || !take_one_of(text, "-")) return std::nullopt;
  const std::optional<int> month = take_number(text, 2);
  if (!month || !take_one_of(text, "-")) return std::nullopt;
  const std::optional<int> day = take_number(text, 2);
  if (!day) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(*year), std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  if (!date.ok()) return std::nullopt;
  return std::chrono::sys_days(date).time_since_epoch().count();
}

// Leap seconds (:60) are refused: no time in milliseconds stands for them.
std::optional<std::int64_t> take_time_of_day_ms(std::string_view& text) {
  const std::optional<int> hour = take_number(text, 2);
  if (!hour || *hour > 23 || !take_one_of(text, ":")) return std::nullopt;
  const std::optional<int> minute = take_number(text, 2);
  if (!minute || *minute > 59 || !take_one_of(text, ":")) return std::nullopt;
  const std::optional<int> second = take_number(text, 2);
  if (!second || *second > 59) return std::nullopt;
  const std::optional<int> ms = take_one_of(text, ".") ? take_fraction_ms(text) : 0;
  if (!ms) return std::nullopt;
  return ((*hour * 60 + *minute) * 60 + *second) * 1000 + *ms;
}

}  // namespace

TimeMs system_now_ms() {
  const auto since_epoch = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::milliseconds>(since_epoch).count();
}

std::string format_time(TimeMs time) {
  const std::chrono::sys_time<std::chrono::milliseconds> moment{std::chrono::milliseconds(time)};
  const auto midnight = std::chrono::floor<std::chrono::days>(moment);
  const std::chrono::year_month_day date(midnight);
  const std::int64_t ms = (moment - midnight).count();
  std::string text;
  append_padded(text, int{date.year()}, 4);
  text += '-';
  append_padded(text, unsigned{date.month()}, 2);
  text += '-';
  append_padded(text, unsigned{date.day()}, 2);
  text += 'T';
  append_padded(text, ms / 3'600'000, 2);
  text += ':';
  append_padded(text, ms / 60'000 % 60, 2);
  text += ':';
  append_padded(text, ms / 1000 % 60, 2);
  text += '.';
  append_padded(text, ms % 1000, 3);
  text += 'Z';
  return text;
}

std::optional<TimeMs> parse_time(std::string_view text) {
  const std::optional<std::int64_t> day = take_day(text);
  if (!day || !take_one_of(text, "Tt ")) return std::nullopt;
  const std::optional<std::int64_t> time_of_day = take_time_of_day_ms(text);
  if (!time_of_day) return std::nullopt;
  const std::optional<int> offset = take_offset_minutes(text);
  if (!offset || !text.empty()) return std::nullopt;
  return *day * kMsPerDay + *time_of_day - std::int64_t{*offset} * 60'000;
}

}  // namespace syncline
