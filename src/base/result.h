#pragma once
// Errors are values. A function that can fail returns Result<T>; TRY hands the value on or returns the error to
// our caller. `ensure` is for our own mistakes only and stops the process: never for what a request can cause.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace syncline {

// What went wrong, in terms the caller can act on. Each kind maps to one HTTP status in http/problem.cpp and one
// exit code in cli/exit_codes.h, and nowhere else.
enum class ErrorKind {
  malformed,           // 400: not understood at all (bad JSON, bad UTF-8, bad framing)
  unauthenticated,     // 401
  forbidden,           // 403
  not_found,           // 404: absent, or not the caller's to see
  method_not_allowed,  // 405
  conflict,            // 409
  stale,               // 412: If-Match names another state
  too_large,           // 413
  unsupported_media,   // 415
  range,               // 416
  invalid,             // 422: understood and wrong
  throttled,           // 429
  internal,            // 500: our mistake or a failing disk
  unavailable,         // 503
  full,                // 507: no space
};

// One member of the request that is wrong, as a JSON Pointer into it.
struct FieldError {
  std::string pointer;
  std::string detail;
};

struct Error {
  ErrorKind kind = ErrorKind::internal;
  std::string code;          // Stable, for programs: "target_changed".
  std::string message;       // For the person who asked. Never holds a secret.
  std::string context = {};  // For our log only.
  std::vector<FieldError> fields = {};
  std::string extension_json = {};  // Members to merge into the problem document, as the inside of an object.
};

struct Fail {
  Error error;
};

struct Unit {};

template <typename T = Unit>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}         // NOLINT(google-explicit-constructor)
  Result(Fail fail) : state_(std::in_place_index<1>, std::move(fail.error)) {}  // NOLINT(google-explicit-constructor)

  bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }
  const T& value() const& { return std::get<0>(state_); }
  T& value() & { return std::get<0>(state_); }
  T&& value() && { return std::get<0>(std::move(state_)); }
  const Error& error() const& { return std::get<1>(state_); }
  Error&& error() && { return std::get<1>(std::move(state_)); }

 private:
  std::variant<T, Error> state_;
};

using Done = Result<Unit>;
inline Done done() { return Unit{}; }

inline Fail fail(ErrorKind kind, std::string code, std::string message, std::string context = {}) {
  return Fail{{.kind = kind, .code = std::move(code), .message = std::move(message), .context = std::move(context)}};
}

// A 422 that names the member at fault.
inline Fail invalid_field(std::string pointer, std::string code, std::string detail) {
  Error error{.kind = ErrorKind::invalid, .code = std::move(code), .message = detail};
  error.fields.push_back({std::move(pointer), std::move(detail)});
  return Fail{std::move(error)};
}

// Gives the value or returns the error from the enclosing function (a statement expression: GCC and Clang). Not for a
// member of a braced list: GCC does not destroy the members before it when this returns.
#define TRY(expression)                                                             \
  __extension__({                                                                   \
    auto try_result_ = (expression);                                                \
    if (!try_result_.ok()) return ::syncline::Fail{std::move(try_result_).error()}; \
    std::move(try_result_).value();                                                 \
  })

// Stops the process when we were wrong about our own code.
void ensure(bool condition, std::string_view what);

}  // namespace syncline
