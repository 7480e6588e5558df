#!/usr/bin/env bash
# clang-tidy over src/, with the flags of build/. A finding fails it.
set -euo pipefail
cd "$(dirname "$0")/../.."
find src -name '*.cpp' -print0 | xargs -0 -n 1 -P "$(nproc)" clang-tidy-14 --quiet --warnings-as-errors='*' -p build
