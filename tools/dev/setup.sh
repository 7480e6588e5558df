#!/usr/bin/env bash
# Installs what the build needs. On a machine that has it all this reads a few files and does no network.
set -euo pipefail
cd "$(dirname "$0")/../.."

say() { echo "setup: $*" >&2; }
fail() { say "$*"; exit 1; }

# A name before the colon is a command: when it is there, it does not matter which package brought it.
wanted=(
  g++:g++ cmake:cmake ninja:ninja-build ccache:ccache mold:mold pkg-config:pkg-config python3:python3 curl:curl jq:jq
  node:nodejs npm:npm clang-format-14:clang-format-14 clang-tidy-14:clang-tidy-14
  :libboost1.81-dev :libssl-dev :libspdlog-dev :libfmt-dev :libcli11-dev :libtomlplusplus-dev :libsodium-dev
  :libpq-dev :postgresql-15 :libcurl4-openssl-dev :libzstd-dev :libgtest-dev :librapidcheck-dev
  :libvalijson-dev :nlohmann-json3-dev :ca-certificates
  chromium:chromium :fonts-noto-core :fonts-dejavu-core
  :python3-swift memcached:memcached
  :libhowardhinnant-date-dev :tzdata
)

missing=()
for entry in "${wanted[@]}"; do
  command=${entry%%:*}
  package=${entry#*:}
  if [[ -n $command ]] && command -v "$command" >/dev/null; then continue; fi
  [[ $(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true) == installed ]] || missing+=("$package")
done

if [[ ${#missing[@]} -gt 0 ]]; then
  command -v apt-get >/dev/null || fail "this needs Debian 12 or these packages from elsewhere: ${missing[*]}"
  as_root=()
  if [[ $EUID -ne 0 ]]; then
    command -v sudo >/dev/null || fail "run as root, or install sudo; packages missing: ${missing[*]}"
    as_root=(sudo)
  fi
  say "installing ${missing[*]}"
  "${as_root[@]}" apt-get update -q >/dev/null || fail "apt-get update failed: is there a network?"
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends "${missing[@]}" \
    >/dev/null || fail "apt-get could not install: ${missing[*]}"
fi

# The copy of the lock file says which one node_modules was made from.
if ! cmp -s package-lock.json node_modules/.syncline-lock; then
  # npm would empty the folder that the link leads to, which belongs to another checkout.
  [[ ! -L node_modules ]] || fail "node_modules is a symbolic link. Remove it and run this again."
  say "fetching the pinned npm sources"
  npm ci --ignore-scripts --no-audit --no-fund --loglevel=error || fail "npm ci failed: is there a network?"
  cp package-lock.json node_modules/.syncline-lock
fi
