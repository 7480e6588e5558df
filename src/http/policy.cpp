#include "http/policy.h"

#include <algorithm>
#include <utility>

namespace syncline::http {
namespace {

constexpr std::size_t kMostSources = 1000;
constexpr std::size_t kMostWindows = 100;
constexpr std::int64_t kMostApprovals = 20;
constexpr std::int64_t kLongestApproval = 24;  // a plan lives no longer
constexpr std::string_view kPointer = "/syncPolicy";

// A list of texts, or null for no list at all; `read` makes a value of each, or nothing of what is wrong.
template <typename T, typename Read>
std::optional<std::optional<std::vector<T>>> list_field(Fields& fields, std::string_view name, Read read) {
  const json::Value* value = fields.any(name);
  if (value == nullptr) return std::nullopt;
  if (value->is_null()) return std::optional<std::vector<T>>();
  if (value->array() == nullptr || value->array()->size() > kMostSources) {
    fields.fail(name, "invalid_request", "This must be null or a list of at most 1000.");
    return std::nullopt;
  }
  std::vector<T> values;
  for (std::size_t i = 0; i < value->array()->size(); ++i) {
    const std::string* text = (*value->array())[i].string();
    std::optional<T> one = text == nullptr ? std::nullopt : read(*text);
    if (one)
      values.push_back(std::move(*one));
    else
      fields.fail(std::string(name) + "/" + std::to_string(i), "invalid_request", "There is no such thing.");
  }
  return values;
}

std::optional<std::string> tenant_id(const std::string& text) {
  constexpr std::size_t kLongest = 63;
  return text.empty() || text.size() > kLongest ? std::nullopt : std::optional(text);
}

std::optional<TimeMs> time_field(Fields& fields, std::string_view name) {
  const std::optional<std::string> text = fields.string(name, {.required = true});
  if (!text) return std::nullopt;
  const std::optional<TimeMs> time = parse_time(*text);
  if (!time) fields.fail(name, "invalid_time", "This must be a time as in RFC 3339.");
  return time;
}

std::optional<int> minute_field(Fields& fields, std::string_view name) {
  const std::optional<std::string> text = fields.string(name, {.required = true});
  if (!text) return std::nullopt;
  const std::optional<int> minute = access::parse_minute(*text);
  if (!minute) fields.fail(name, "invalid_time", "This must be a time of the day, such as 18:00.");
  return minute;
}

void read_days(Fields& fields, access::FreezeWindow& window) {
  const json::Value* days = fields.array("days", true);
  if (days == nullptr) return;
  for (const json::Value& day : *days->array()) {
    const std::string* text = day.string();
    const auto place = std::find(std::begin(access::kDays), std::end(access::kDays), text ? *text : "");
    if (place == std::end(access::kDays)) {
      fields.fail("days", "invalid_request", "A day is one of: mon, tue, wed, thu, fri, sat, sun.");
      return;
    }
    window.days |= 1U << (place - std::begin(access::kDays));
  }
  if (window.days == 0) fields.fail("days", "invalid_request", "There must be a day.");
}

Result<access::FreezeWindow> read_window(const json::Value& value, const std::string& pointer) {
  if (value.object() == nullptr) return invalid_field(pointer, "invalid_request", "A window is an object.");
  Fields fields(value, pointer);
  access::FreezeWindow window;
  window.name = fields.string("name", {.required = true, .min = 1}).value_or("");
  if (value.at("start") != nullptr || value.at("end") != nullptr) {
    window.start = time_field(fields, "start").value_or(0);
    window.end = time_field(fields, "end").value_or(0);
    if (window.end <= window.start) fields.fail("end", "invalid_request", "This must be after the start.");
  } else {
    read_days(fields, window);
    window.from = minute_field(fields, "from").value_or(0);
    window.to = minute_field(fields, "to").value_or(0);
    window.time_zone = fields.string("timeZone", {.required = true}).value_or("");
    if (!window.time_zone.empty() && !access::is_time_zone(window.time_zone)) {
      fields.fail("timeZone", "unknown_time_zone", "This must be a zone of the IANA database, such as Europe/Berlin.");
    }
  }
  TRY(fields.end());
  return window;
}

Result<std::vector<access::FreezeWindow>> read_windows(const json::Array& values) {
  const std::string pointer = std::string(kPointer) + "/freezeWindows";
  if (values.size() > kMostWindows) return invalid_field(pointer, "invalid_request", "There may be 100 windows.");
  std::vector<access::FreezeWindow> windows;
  for (std::size_t i = 0; i < values.size(); ++i) {
    windows.push_back(TRY(read_window(values[i], pointer + "/" + std::to_string(i))));
  }
  return windows;
}

Done read_approvals(const json::Value& value, access::PolicyChange& change) {
  Fields fields(value, std::string(kPointer) + "/approvals");
  if (const std::optional<std::string> when = fields.string("when")) {
    const auto place = std::find(std::begin(access::kApprovalWhens), std::end(access::kApprovalWhens), *when);
    if (place == std::end(access::kApprovalWhens))
      fields.fail("when", "invalid_request", "This must be one of: never, risk, always.");
    else
      change.approvals_when = static_cast<access::ApprovalWhen>(place - std::begin(access::kApprovalWhens));
  }
  change.approvals_count = fields.integer("count", 1, kMostApprovals);
  change.approvals_minimum_role = role_field(fields, "minimumRole", false);
  change.approvals_expire_hours = fields.integer("expiresHours", 1, kLongestApproval);
  return fields.end();
}

}  // namespace

std::optional<Role> role_field(Fields& fields, std::string_view name, bool required) {
  const std::optional<std::string> text = fields.string(name, {.required = required});
  if (!text) return std::nullopt;
  const std::optional<Role> role = role_named(*text);
  if (!role) fields.fail(name, "invalid_role", "A role is VIEWER, USER, ADMIN or OWNER.");
  return role;
}

Result<access::PolicyChange> read_policy_change(const json::Value& policy) {
  Fields fields(policy, std::string(kPointer));
  access::PolicyChange change;
  change.minimum_role = role_field(fields, "minimumRole", false);
  change.allowed_sources = list_field<std::string>(fields, "allowedSources", tenant_id);
  change.kinds = list_field<Kind>(fields, "kinds", [](const std::string& text) { return kind_of_step(text); });
  const json::Value* windows = fields.array("freezeWindows");
  const json::Value* approvals = fields.object("approvals");
  if (const json::Value* limit = fields.any("pruneLimit")) {
    change.prune_limit = limit->number();
    if (!change.prune_limit || *change.prune_limit < 0 || *change.prune_limit > 1) {
      fields.fail("pruneLimit", "invalid_request", "This must be a number from 0 to 1.");
    }
  }
  TRY(fields.end());
  if (windows != nullptr) change.freeze_windows = TRY(read_windows(*windows->array()));
  if (approvals != nullptr) TRY(read_approvals(*approvals, change));
  return change;
}

}  // namespace syncline::http
