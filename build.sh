#!/usr/bin/env bash
# Sets up, builds, serves and tests rmlocnet: the one command a newcomer needs.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

. scripts/common.sh
. scripts/tools.sh
. scripts/build.sh

usage() {
  cat <<'HELP'
Usage: ./build.sh [serve | check | test | bench | --help]

  (nothing)   build the command line program and the page (www/dist)
  serve       build, then serve the page on 127.0.0.1 (port 8080, or PORT=...)
  check       formatting, clippy (native and wasm), documentation, page types
  test        check, build, and run every test, in the browser too
  bench       build, then time our modules beside other programs' (bench --help)
  --help      this text

Needs Rust (see rust-version in Cargo.toml) and Node.js 20.19 or newer. The rest is
installed when missing: the WebAssembly target, wasm-bindgen, wasm-pack, wasm-opt,
the page's packages and, for test and bench, Chromium. What cannot be installed is named,
together with the remedy. Programs built for this go to the user's cache folder
(XDG_CACHE_HOME, or ~/.cache) under rmlocnet/tools.

Environment: PORT (serve), CHROMIUM (browser for test and bench), CARGO_TARGET_DIR.
HELP
}

serve() {
  local port=${PORT:-8080}
  case $port in
    '' | *[!0-9]*) fail "PORT is '$port', not a number" "PORT=8080 ./build.sh serve" ;;
  esac
  if (: <>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
    fail "port $port is in use" "stop what uses it, or PORT=$((port + 1)) ./build.sh serve"
  fi
  build_all
  say "The page is at http://127.0.0.1:$port/ (Ctrl-C stops serving)."
  cd www
  exec node_modules/.bin/vite preview --host 127.0.0.1 --port "$port" --strictPort
}

if [ "${1:-}" = bench ]; then
  shift
  exec scripts/bench.sh "$@"
fi
if [ $# -gt 1 ]; then
  usage >&2
  fail "expected one argument, got $#: $*" "choose one of the above"
fi
case ${1:-build} in
  build) build_all ;;
  serve) serve ;;
  check) check_all ;;
  test) exec scripts/test.sh ;;
  -h | --help | help) usage ;;
  *)
    usage >&2
    fail "unknown argument '$1'" "choose one of the above"
    ;;
esac
