#!/usr/bin/env bash
# Runs clang-format over the C++ sources; the arguments say how (`-i`, or `--dry-run --Werror`).
set -euo pipefail
cd "$(dirname "$0")/../.."
folders=()
for folder in src tests bench; do
  if [[ -d $folder ]]; then folders+=("$folder"); fi
done
find "${folders[@]}" \( -name '*.cpp' -o -name '*.h' \) -print0 | xargs -0 clang-format-14 "$@"
