#pragma once
// JSON values for requests and answers. The parser is strict (RFC 8259, UTF-8 checked, duplicate members refused,
// depth and size bounded) and exact with numbers. Resource bodies are kept as the verbatim text they came as:
// `member_text` finds such a text inside a validated document and Value::raw puts one into an answer.

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"

namespace syncline::json {

class Value;
struct Member;

using Array = std::vector<Value>;

// Members in the order they were written or added.
class Object {
 public:
  Object();
  Object(std::initializer_list<Member> members);
  Object(const Object& other);
  Object(Object&& other) noexcept;
  Object& operator=(const Object& other);
  Object& operator=(Object&& other) noexcept;
  ~Object();
  const Value* find(std::string_view name) const;  // nullptr when there is none
  void set(std::string name, Value value);         // adds, or replaces the one of that name
  void add(std::string name, Value value);         // adds without looking: the caller knows the name is new
  bool erase(std::string_view name);
  bool empty() const;
  std::size_t size() const;
  const std::vector<Member>& members() const { return members_; }

 private:
  std::vector<Member> members_;
};

// A text that is already JSON, written out as it is.
struct Raw {
  std::string text;
};

class Value {
 public:
  Value() = default;                                                      // null
  Value(std::nullptr_t) {}                                                // NOLINT(google-explicit-constructor)
  Value(bool value) : state_(value) {}                                    // NOLINT(google-explicit-constructor)
  Value(int value) : state_(std::int64_t{value}) {}                       // NOLINT(google-explicit-constructor)
  Value(std::int64_t value) : state_(value) {}                            // NOLINT(google-explicit-constructor)
  Value(std::size_t value) : state_(static_cast<std::int64_t>(value)) {}  // NOLINT(google-explicit-constructor)
  Value(double value) : state_(value) {}                                  // NOLINT(google-explicit-constructor)
  Value(const char* value) : state_(std::string(value)) {}                // NOLINT(google-explicit-constructor)
  Value(std::string_view value) : state_(std::string(value)) {}           // NOLINT(google-explicit-constructor)
  Value(std::string value) : state_(std::move(value)) {}                  // NOLINT(google-explicit-constructor)
  Value(Array value) : state_(std::move(value)) {}                        // NOLINT(google-explicit-constructor)
  Value(Object value) : state_(std::move(value)) {}                       // NOLINT(google-explicit-constructor)
  Value(Raw value) : state_(std::move(value)) {}                          // NOLINT(google-explicit-constructor)
  template <typename T>
  Value(std::optional<T> value) {  // NOLINT(google-explicit-constructor)
    if (value) *this = Value(std::move(*value));
  }

  bool is_null() const { return std::holds_alternative<std::monostate>(state_); }
  // Each gives nullptr when the value is of another type. A double or an integer answers `number`.
  const bool* boolean() const { return std::get_if<bool>(&state_); }
  const std::int64_t* integer() const { return std::get_if<std::int64_t>(&state_); }
  std::optional<double> number() const;
  const std::string* string() const { return std::get_if<std::string>(&state_); }
  const Array* array() const { return std::get_if<Array>(&state_); }
  Array* array() { return std::get_if<Array>(&state_); }
  const Object* object() const { return std::get_if<Object>(&state_); }
  Object* object() { return std::get_if<Object>(&state_); }
  const Raw* raw() const { return std::get_if<Raw>(&state_); }

  // The member of an object, or nullptr: value.at("a") on anything but an object is nullptr too.
  const Value* at(std::string_view name) const;
  // The text of a string member, or "" (for clients reading answers).
  std::string text_at(std::string_view name) const;

 private:
  std::variant<std::monostate, bool, std::int64_t, double, std::string, Array, Object, Raw> state_;
};

struct Member {
  std::string name;
  Value value;
};

// Here, where a member is known whole.
inline Object::Object() = default;
inline Object::Object(const Object& other) = default;
inline Object::Object(Object&& other) noexcept = default;
inline Object& Object::operator=(const Object& other) = default;
inline Object& Object::operator=(Object&& other) noexcept = default;
inline Object::~Object() = default;

struct Limits {
  std::size_t depth = 64;
  std::size_t nodes = 100'000;
};

// Errors: malformed `malformed_json` | `invalid_utf8`; invalid `json_too_deep` | `json_too_large` |
// `duplicate_member` | `nul_character` (U+0000, which PostgreSQL cannot store), both with a pointer. A number beyond a
// double's range, or too small for one, is malformed: it would not be exact. Never throws.
Result<Value> parse(std::string_view text, const Limits& limits = {});

// Compact JSON; doubles in the shortest text that reads back the same. Raw texts as they are.
std::string write(const Value& value);
void append_string(std::string& out, std::string_view text);  // quoted and escaped

// The verbatim text of a top-level member's value in a document that `parse` accepted; empty view when absent.
std::string_view member_text(std::string_view document, std::string_view name);

// The verbatim texts of the elements of an array in a document that `parse` accepted.
std::vector<std::string_view> element_texts(std::string_view array);

bool valid_utf8(std::string_view text);

}  // namespace syncline::json
