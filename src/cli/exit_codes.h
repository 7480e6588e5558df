#pragma once
// How a command ended, for scripts.

#include <string_view>

#include "base/result.h"

namespace syncline::cli {

inline constexpr int kExitDone = 0;
inline constexpr int kExitError = 1;
inline constexpr int kExitChanges = 2;      // with --detailed-exitcode: there is something to do
inline constexpr int kExitBlocked = 3;      // preflight or the target's policy forbids it
inline constexpr int kExitNotAllowed = 4;   // not signed in, or without the role
inline constexpr int kExitConflict = 5;     // somebody else was there first: a conflict, or a stale If-Match
inline constexpr int kExitNothingDone = 6;  // a run failed and nothing was applied
inline constexpr int kExitApproval = 7;     // somebody has to approve the plan first
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

// Some codes say more than their kind.
inline int exit_code_of(const Error& error) {
  struct Row {
    std::string_view code;
    int exit;
  };
  constexpr Row kRows[] = {
      {"usage", kExitUsage},
      {"changes_present", kExitChanges},
      {"blocked", kExitBlocked},
      {"frozen", kExitBlocked},
      {"source_not_allowed", kExitBlocked},
      {"kind_not_allowed", kExitBlocked},
      {"prune_limit", kExitBlocked},
      {"prune_blocked", kExitBlocked},
      {"run_cancelled", kExitNothingDone},
      {"drift", kExitBlocked},
      {"approval_required", kExitApproval},
      {"approval_pending", kExitApproval},
      {"approval_denied", kExitBlocked},
      // The report of a run names the code alone. These are what their kinds are.
      {"plan_stale", kExitConflict},
      {"plan_expired", kExitConflict},
      {"plan_used", kExitConflict},
      {"edited_since", kExitConflict},
      {"in_use", kExitConflict},
      {"run_finished", kExitConflict},
      {"nothing_to_roll_back", kExitConflict},
      {"duplicate", kExitConflict},
      {"constraint", kExitConflict},
      {"role_required", kExitNotAllowed},
      {"target_role_required", kExitNotAllowed},
      {"unauthenticated", kExitNotAllowed},
  };
  for (const Row& row : kRows) {
    if (row.code == error.code) return row.exit;
  }
  return exit_code_of(error.kind);
}

// Of a command that runs something. What the server did not get to say, or does not know itself, is no promise that
// nothing was done.
inline int exit_code_of_run(const Error& error) {
  const int code = exit_code_of(error);
  const bool is_told = error.code != "unreachable" && error.code != "bad_answer" && error.code != "commit_unknown";
  return code == kExitError && is_told ? kExitNothingDone : code;
}

}  // namespace syncline::cli
