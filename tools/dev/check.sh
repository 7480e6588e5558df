#!/usr/bin/env bash
# Everything that can be said about the sources without building them. Runs all checks, then fails if one did.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit

failed=()
run() {
  local name=$1
  shift
  if "$@"; then echo "check: $name: ok"; else failed+=("$name"); fi
}

for check in tools/check_*.py; do
  run "$(basename "$check" .py)" python3 "$check"
done

# Not what a pinned Node brings along.
mapfile -t scripts < <(find dev .ci/run tools -name node_modules -prune -o \
  -type f \( -name '*.sh' -o -name dev -o -name run \) -print | sort)
for script in "${scripts[@]}"; do
  bash -n "$script" || failed+=("$script")
done
if command -v shellcheck >/dev/null; then
  run shellcheck shellcheck "${scripts[@]}"
else
  echo "check: shellcheck: skipped, it is not installed"
fi

if command -v clang-format-14 >/dev/null; then
  run clang-format tools/dev/format.sh --dry-run --Werror
else
  echo "check: clang-format: skipped, clang-format-14 is not installed"
fi

if [[ ${#failed[@]} -gt 0 ]]; then
  echo "check: failed: ${failed[*]}" >&2
  exit 1
fi
