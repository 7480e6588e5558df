#pragma once
// How a command ended, for scripts.

#include "base/result.h"

namespace syncline::cli {

inline constexpr int kExitDone = 0;
inline constexpr int kExitError = 1;
inline constexpr int kExitNotAllowed = 4;   // not signed in, or without the role
inline constexpr int kExitConflict = 5;     // somebody else was there first: a conflict, or a stale If-Match
inline constexpr int kExitNothingDone = 6;  // a run failed and nothing was applied
inline constexpr int kExitUsage = 64;

constexpr int exit_code_of(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::unauthenticated:
    case ErrorKind::forbidden: return kExitNotAllowed;
    case ErrorKind::conflict:
    case ErrorKind::stale: return kExitConflict;
    default: return kExitError;
  }
}

}  // namespace syncline::cli
