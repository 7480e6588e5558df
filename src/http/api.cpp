#include "http/api.h"

#include <algorithm>
#include <charconv>

#include "base/bytes.h"

namespace syncline::http {

Response json_response(int status, const json::Value& value) {
  return {.status = status, .headers = {{"Content-Type", "application/json"}}, .body = json::write(value)};
}

Fields::Fields(const json::Value& object, std::string pointer) : object_(object), pointer_(std::move(pointer)) {
  ensure(object.object() != nullptr, "Fields are read from an object.");
}

const json::Value* Fields::any(std::string_view name) {
  asked_.emplace_back(name);
  return object_.at(name);
}

void Fields::fail(std::string_view name, std::string code, std::string detail) {
  if (errors_.empty())
    code_ = std::move(code);
  else if (code_ != code)
    code_ = "invalid_request";
  errors_.push_back({pointer_ + "/" + std::string(name), std::move(detail)});
}

std::optional<std::string> Fields::string(std::string_view name, StringRule rule) {
  const json::Value* value = any(name);
  if (value == nullptr) {
    if (rule.required) fail(name, "missing_member", "This is needed.");
    return std::nullopt;
  }
  const std::string* text = value->string();
  if (text == nullptr) {
    fail(name, "invalid_request", "This must be a text.");
    return std::nullopt;
  }
  if (text->size() < rule.min) {
    fail(name, "invalid_request", rule.min == 1 ? "This must not be empty." : "This is too short.");
    return std::nullopt;
  }
  if (text->size() > rule.max) {
    fail(name, "invalid_request", "This is longer than " + std::to_string(rule.max) + " bytes.");
    return std::nullopt;
  }
  return *text;
}

std::optional<bool> Fields::boolean(std::string_view name, bool required) {
  const json::Value* value = any(name);
  if (value != nullptr && value->boolean() != nullptr) return *value->boolean();
  if (value != nullptr)
    fail(name, "invalid_request", "This must be true or false.");
  else if (required)
    fail(name, "missing_member", "This is needed.");
  return std::nullopt;
}

std::optional<std::int64_t> Fields::integer(std::string_view name, std::int64_t min, std::int64_t max, bool required) {
  const json::Value* value = any(name);
  if (value == nullptr) {
    if (required) fail(name, "missing_member", "This is needed.");
    return std::nullopt;
  }
  const std::int64_t* number = value->integer();
  if (number == nullptr || *number < min || *number > max) {
    fail(name, "invalid_request",
         "This must be a whole number from " + std::to_string(min) + " to " + std::to_string(max) + ".");
    return std::nullopt;
  }
  return *number;
}

const json::Value* Fields::object(std::string_view name, bool required) {
  const json::Value* value = any(name);
  if (value != nullptr && value->object() != nullptr) return value;
  if (value != nullptr)
    fail(name, "invalid_request", "This must be an object.");
  else if (required)
    fail(name, "missing_member", "This is needed.");
  return nullptr;
}

const json::Value* Fields::array(std::string_view name, bool required) {
  const json::Value* value = any(name);
  if (value != nullptr && value->array() != nullptr) return value;
  if (value != nullptr)
    fail(name, "invalid_request", "This must be an array.");
  else if (required)
    fail(name, "missing_member", "This is needed.");
  return nullptr;
}

Done Fields::end() {
  for (const json::Member& member : object_.object()->members()) {
    if (std::find(asked_.begin(), asked_.end(), member.name) == asked_.end()) {
      fail(member.name, "unknown_member", "This is not known here.");
    }
  }
  if (errors_.empty()) return done();
  const std::string message = errors_.size() == 1 ? errors_.front().detail : "Several members are wrong.";
  return Fail{{.kind = ErrorKind::invalid, .code = code_, .message = message, .fields = std::move(errors_)}};
}

Done nothing_asked(const Context& context) {
  if (context.body.is_null()) return done();
  return Fields(context.body).end();
}

Result<Page> page_of(const Context& context) {
  constexpr std::int64_t kMost = 500;
  Page page;
  if (const auto limit = context.param("limit")) {
    const auto parsed = std::from_chars(limit->data(), limit->data() + limit->size(), page.limit);
    if (parsed.ec != std::errc() || parsed.ptr != limit->data() + limit->size() || page.limit < 1 ||
        page.limit > kMost) {
      return syncline::fail(ErrorKind::invalid, "invalid_limit", "`limit` must be a whole number from 1 to 500.");
    }
  }
  if (const auto cursor = context.param("cursor")) {
    auto after = from_base64url(*cursor);
    if (!after.ok() || after.value().empty()) {
      return syncline::fail(ErrorKind::invalid, "invalid_cursor", "This cursor is not one of ours.");
    }
    page.after = std::move(after).value();
  }
  return page;
}

Result<std::optional<Uuid>> before_of(const Page& page) {
  if (!page.after) return std::optional<Uuid>();
  const std::optional<Uuid> before = parse_uuid(*page.after);
  if (!before) return syncline::fail(ErrorKind::invalid, "invalid_cursor", "This cursor is not one of ours.");
  return before;
}

Result<std::optional<TimeMs>> time_param(const Context& context, std::string_view name) {
  const std::optional<std::string_view> text = context.param(name);
  if (!text) return std::optional<TimeMs>();
  const std::optional<TimeMs> time = parse_time(*text);
  if (!time) {
    return syncline::fail(ErrorKind::invalid, "invalid_time",
                          "`" + std::string(name) + "` must be a time as in RFC 3339.");
  }
  return time;
}

Result<std::optional<std::string>> word_param(const Context& context, std::string_view name,
                                              std::initializer_list<std::string_view> words) {
  const std::optional<std::string_view> word = context.param(name);
  if (!word) return std::optional<std::string>();
  if (std::find(words.begin(), words.end(), *word) == words.end()) {
    return syncline::fail(ErrorKind::invalid, "invalid_filter", "`" + std::string(name) + "` has no such value.");
  }
  return std::optional<std::string>(*word);
}

json::Value list_json(json::Array items, const std::optional<std::string>& next_cursor) {
  json::Value next;
  if (next_cursor) next = to_base64url(*next_cursor);
  return json::Object{{"items", std::move(items)}, {"nextCursor", std::move(next)}};
}

Result<Uuid> id_of(std::string_view text) {
  const std::optional<Uuid> id = parse_uuid(text);
  if (!id) return syncline::fail(ErrorKind::not_found, "not_found", "There is no such thing.");
  return *id;
}

}  // namespace syncline::http
