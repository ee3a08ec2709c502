#!/usr/bin/env bash
# Sets up, builds, serves and tests rmlocnet: the one command a newcomer needs.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

. scripts/common.sh
. scripts/tools.sh
. scripts/modules.sh
. scripts/build.sh
. scripts/check.sh

usage() {
  cat <<'HELP'
Usage: ./build.sh [serve | check [--gpu] | test [--gpu] | bench | --help]

  (nothing)   build the command line program and the whole page (www/dist)
  serve       build the page for the CPU and serve it on 127.0.0.1 (port 8080, or PORT=...);
              the faster modules are built behind it and added when they are ready
  check       formatting, clippy (native and WebAssembly), documentation, types of the page
  test        check, build, and run every test that needs no build with WebGPU, in the browser too
  bench       build, then time our modules beside other programs' (bench --help)
  --gpu       also check and test what computes on a GPU (a software adapter will do)
  --help      this text

Needs Rust (see rust-version in Cargo.toml) and Node.js 20.19 or newer. The rest is
installed when missing: the WebAssembly target, wasm-bindgen, wasm-pack, wasm-opt,
the page's packages and, for test and bench, Chromium; for test, Firefox and WebKitGTK
if Debian's packages can be installed, and Snakemake if pip can install it. What cannot be installed is named,
together with the remedy. Programs and modules built for this are kept in the user's cache
folder (XDG_CACHE_HOME, or ~/.cache) under rmlocnet. Each command prints at its end how long
its parts took.

Environment: PORT (serve), CHROMIUM (browser for test and bench), CARGO_TARGET_DIR.
HELP
}

misused() {
  usage >&2
  fail "$1" "choose one of the above"
}

command=${1:-build}
if [ "$command" = bench ]; then
  shift
  exec scripts/bench.sh "$@"
fi
tiers=(cpu)
case "$command ${2:-}" in
  "check --gpu" | "test --gpu") tiers=(cpu gpu) ;;
  *) [ $# -le 1 ] || misused "unexpected argument '$2'" ;;
esac
[ $# -le 2 ] || misused "unexpected argument '$3'"
case $command in
  build)
    start_parts
    build_all
    ;;
  check)
    start_parts
    check_all "${tiers[@]}"
    ;;
  serve) exec scripts/serve.sh ;;
  test) exec scripts/test.sh "${tiers[@]}" ;;
  -h | --help | help) usage ;;
  *) misused "unknown argument '$command'" ;;
esac
