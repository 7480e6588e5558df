#include "access/policy.h"

#include <algorithm>
#include <chrono>
#include <stdexcept>

#include <date/tz.h>

namespace syncline::access {
namespace {

using std::chrono::milliseconds;
using SystemTime = date::sys_time<milliseconds>;

constexpr int kMinutesOfDay = 24 * 60;
// A zone that the system knows no more: who cannot tell refuses, and says to ask again in a day.
constexpr TimeMs kUnknownZoneFreeze = TimeMs{24} * 60 * 60 * 1000;
// Windows that follow one another without an end: two weeks of days are proof enough.
constexpr int kMostJoined = 14;

const date::time_zone* find_zone(std::string_view name) {
  try {
    return date::locate_zone(name);
  } catch (const std::runtime_error&) {
    return nullptr;
  }
}

unsigned bit_of(date::weekday day) { return 1U << (day.iso_encoding() - 1); }

// Where clocks are put forward a moment that they skip is the moment of the change; where they are put back the first
// of two begins a window and the second ends one.
TimeMs moment_of(const date::time_zone& zone, date::local_time<milliseconds> local, date::choose choice) {
  return zone.to_sys(local, choice).time_since_epoch().count();
}

std::optional<TimeMs> weekly_until(const FreezeWindow& window, TimeMs now) {
  const date::time_zone* zone = find_zone(window.time_zone);
  if (zone == nullptr) return now + kUnknownZoneFreeze;
  const auto today = date::floor<date::days>(zone->to_local(SystemTime(milliseconds(now))));
  const int length = window.to > window.from ? window.to - window.from : window.to - window.from + kMinutesOfDay;
  for (const int offset : {-1, 0}) {
    const date::local_days day = today + date::days(offset);
    if ((window.days & bit_of(date::weekday(day))) == 0) continue;
    const auto from = date::local_time<milliseconds>(day) + std::chrono::minutes(window.from);
    const TimeMs begin = moment_of(*zone, from, date::choose::earliest);
    const TimeMs end = moment_of(*zone, from + std::chrono::minutes(length), date::choose::latest);
    if (begin <= now && now < end) return end;
  }
  return std::nullopt;
}

std::optional<TimeMs> window_until(const FreezeWindow& window, TimeMs now) {
  if (window.days != 0) return weekly_until(window, now);
  return window.start <= now && now < window.end ? std::optional(window.end) : std::nullopt;
}

std::string minute_text(int minute) {
  const auto two = [](int number) { return (number < 10 ? "0" : "") + std::to_string(number); };
  return two(minute / 60) + ":" + two(minute % 60);
}

json::Value window_json(const FreezeWindow& window) {
  if (window.days == 0) {
    return json::Object{{"name", window.name}, {"start", format_time(window.start)}, {"end", format_time(window.end)}};
  }
  json::Array days;
  for (unsigned day = 0; day < std::size(kDays); ++day) {
    if ((window.days >> day & 1) != 0) days.emplace_back(kDays[day]);
  }
  return json::Object{{"name", window.name},
                      {"days", std::move(days)},
                      {"from", minute_text(window.from)},
                      {"to", minute_text(window.to)},
                      {"timeZone", window.time_zone}};
}

// Reads what policy_json wrote; anything else is damage.
class StoredPolicy {
 public:
  explicit StoredPolicy(const json::Value& value) : value_(value) {}

  std::optional<SyncPolicy> read() {
    if (value_.object() == nullptr) return std::nullopt;
    SyncPolicy policy;
    if (value_.object()->empty()) return policy;  // never changed
    policy.allowed_sources = read_list<std::string>("allowedSources", [](const std::string& text) { return text; });
    policy.kinds = read_list<Kind>("kinds", [&](const std::string& text) { return known(kind_of_step(text)); });
    for (const json::Value& window : elements(value_, "freezeWindows")) policy.freeze_windows.push_back(read(window));
    const json::Value* rule = value_.at("approvals");
    if (rule == nullptr) return std::nullopt;
    const std::string when = rule->text_at("when");
    const auto place = std::find(std::begin(kApprovalWhens), std::end(kApprovalWhens), when);
    if (place == std::end(kApprovalWhens)) return std::nullopt;
    policy.approvals = {.when = static_cast<ApprovalWhen>(place - std::begin(kApprovalWhens)),
                        .count = integer(*rule, "count"),
                        .minimum_role = known(role_named(rule->text_at("minimumRole"))),
                        .expires_hours = integer(*rule, "expiresHours")};
    const json::Value* limit = value_.at("pruneLimit");
    policy.prune_limit = limit == nullptr ? 0 : limit->number().value_or(0);
    return damaged_ ? std::nullopt : std::optional(policy);
  }

 private:
  template <typename T>
  T known(const std::optional<T>& value) {
    if (!value) damaged_ = true;
    return value.value_or(T{});
  }
  std::int64_t integer(const json::Value& object, std::string_view name) {
    const json::Value* value = object.at(name);
    if (value == nullptr || value->integer() == nullptr) damaged_ = true;
    return damaged_ ? 0 : *value->integer();
  }
  json::Array elements(const json::Value& object, std::string_view name) {
    const json::Value* value = object.at(name);
    if (value == nullptr || value->array() == nullptr) damaged_ = true;
    return damaged_ ? json::Array{} : *value->array();
  }
  template <typename T, typename Read>
  std::optional<std::vector<T>> read_list(std::string_view name, Read read_one) {
    const json::Value* list = value_.at(name);
    if (list != nullptr && list->is_null()) return std::nullopt;
    std::vector<T> values;
    for (const json::Value& element : elements(value_, name)) {
      if (element.string() == nullptr) damaged_ = true;
      if (!damaged_) values.push_back(read_one(*element.string()));
    }
    return values;
  }
  FreezeWindow read(const json::Value& value) {
    FreezeWindow window{.name = value.text_at("name")};
    if (value.at("days") == nullptr) {
      window.start = known(parse_time(value.text_at("start")));
      window.end = known(parse_time(value.text_at("end")));
      return window;
    }
    for (const json::Value& day : elements(value, "days")) {
      const auto place = std::find(std::begin(kDays), std::end(kDays), day.string() ? *day.string() : "");
      if (place == std::end(kDays)) damaged_ = true;
      window.days |= 1U << (place - std::begin(kDays));
    }
    window.from = known(parse_minute(value.text_at("from")));
    window.to = known(parse_minute(value.text_at("to")));
    window.time_zone = value.text_at("timeZone");
    return window;
  }

  const json::Value& value_;
  bool damaged_ = false;
};

}  // namespace

bool is_time_zone(std::string_view name) { return find_zone(name) != nullptr; }

std::optional<int> parse_minute(std::string_view text) {
  const auto digit = [&](std::size_t at) { return text[at] >= '0' && text[at] <= '9'; };
  if (text.size() != 5 || text[2] != ':' || !digit(0) || !digit(1) || !digit(3) || !digit(4)) return std::nullopt;
  const int hour = (text[0] - '0') * 10 + text[1] - '0';
  const int minute = (text[3] - '0') * 10 + text[4] - '0';
  if (hour > 23 || minute > 59) return std::nullopt;
  return hour * 60 + minute;
}

std::optional<TimeMs> frozen_until(const std::vector<FreezeWindow>& windows, TimeMs now) {
  std::optional<TimeMs> until;
  for (int joined = 0; joined < kMostJoined; ++joined) {
    const TimeMs at = until.value_or(now);
    std::optional<TimeMs> later;
    for (const FreezeWindow& window : windows) {
      const std::optional<TimeMs> end = window_until(window, at);
      if (end) later = std::max(later.value_or(*end), *end);
    }
    if (!later) break;
    until = later;
  }
  return until;
}

json::Object policy_json(const SyncPolicy& policy) {
  json::Value sources;
  if (policy.allowed_sources) {
    json::Array names;
    for (const std::string& name : *policy.allowed_sources) names.emplace_back(name);
    sources = std::move(names);
  }
  json::Value kinds;
  if (policy.kinds) {
    json::Array steps;
    for (const Kind kind : *policy.kinds) steps.emplace_back(info(kind).step);
    kinds = std::move(steps);
  }
  json::Array windows;
  for (const FreezeWindow& window : policy.freeze_windows) windows.push_back(window_json(window));
  const ApprovalRule& rule = policy.approvals;
  return {{"allowedSources", std::move(sources)},
          {"kinds", std::move(kinds)},
          {"freezeWindows", std::move(windows)},
          {"approvals", json::Object{{"when", kApprovalWhens[static_cast<int>(rule.when)]},
                                     {"count", rule.count},
                                     {"minimumRole", role_name(rule.minimum_role)},
                                     {"expiresHours", rule.expires_hours}}},
          {"pruneLimit", policy.prune_limit}};
}

Result<SyncPolicy> read_policy(std::string_view text) {
  const auto parsed = json::parse(text);
  const std::optional<SyncPolicy> policy = parsed.ok() ? StoredPolicy(parsed.value()).read() : std::nullopt;
  if (policy) return *policy;
  return fail(ErrorKind::internal, "policy_damaged", "The policy of the target cannot be read.");
}

std::vector<Block> find_blocks(const SyncPolicy& policy, std::string_view source, const std::vector<Kind>& kinds,
                               TimeMs now) {
  std::vector<Block> blocks;
  const auto lists = [](const auto& list, const auto& wanted) {
    return std::find(list.begin(), list.end(), wanted) != list.end();
  };
  if (policy.allowed_sources && !lists(*policy.allowed_sources, source)) {
    blocks.push_back(
        {.code = "source_not_allowed", .detail = "The target takes nothing from " + std::string(source) + "."});
  }
  std::string refused;
  for (const Kind kind : kinds) {
    if (!policy.kinds || lists(*policy.kinds, kind)) continue;
    refused.append(refused.empty() ? "" : ", ").append(info(kind).step);
  }
  if (!refused.empty()) {
    blocks.push_back({.code = "kind_not_allowed", .detail = "The target does not take these kinds: " + refused + "."});
  }
  if (const std::optional<TimeMs> until = frozen_until(policy.freeze_windows, now)) {
    blocks.push_back({.kind = ErrorKind::conflict,
                      .code = "frozen",
                      .detail = "The target takes nothing before " + format_time(*until) + ".",
                      .until = until});
  }
  return blocks;
}

Done check_policy(const SyncPolicy& policy, std::string_view source, const std::vector<Kind>& kinds, TimeMs now) {
  const std::vector<Block> blocks = find_blocks(policy, source, kinds, now);
  if (blocks.empty()) return done();
  const Block& first = blocks.front();
  std::string extension;
  if (first.until) extension = "\"until\":\"" + format_time(*first.until) + "\"";
  return Fail{{.kind = first.kind, .code = first.code, .message = first.detail, .extension_json = extension}};
}

Done check_freeze(const SyncPolicy& policy, TimeMs now) {
  SyncPolicy only_windows;
  only_windows.freeze_windows = policy.freeze_windows;
  return check_policy(only_windows, "", {}, now);
}

}  // namespace syncline::access
