#!/usr/bin/env bash
# Everything that can fail: checks, build, cargo's tests, the page in a browser.
# Usage: scripts/test.sh cpu [gpu]. The second tier is what needs a build with WebGPU.
# A failing part does not hide the next; the last line sums the counts, and the exit
# status is not zero when anything failed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

. scripts/common.sh
. scripts/tools.sh
. scripts/modules.sh
. scripts/build.sh
. scripts/check.sh

gpu=false
modules=(cpu relaxed)
if [ "${2:-}" = gpu ]; then
  gpu=true
  modules+=(webgpu)
fi

passed=0
failed=0
logs=$(mktemp -d)
start_parts
trap 'jobs -p | xargs -r kill || true; rm -rf "$logs" "$PARTS_LOG"' EXIT

# count PASSED FAILED STATUS: a part that fails without a failed test (it did not
# compile, or could not start) counts as one.
count() {
  local bad=$2
  if [ "$3" -ne 0 ] && [ "$bad" -eq 0 ]; then bad=1; fi
  passed=$((passed + $1))
  failed=$((failed + bad))
}

finish() {
  print_parts
  printf '\n%d passed, %d failed\n' "$passed" "$failed"
  [ "$failed" -eq 0 ]
  exit
}

# attempt COMMAND...: counts as one failure if it fails.
attempt() {
  local status=0
  in_own_shell "$@" || status=1
  count 0 0 "$status"
  return "$status"
}

# sum WORD FILE: adds up the numbers before WORD in cargo's result lines.
sum() {
  awk -v word="$1" '/^test result:/ { for (i = 2; i <= NF; i++) if ($i == word";") total += $(i - 1) } END { print total + 0 }' "$2"
}

# cargo_tests NAME COMMAND...: compiles the tests, then runs them.
cargo_tests() {
  local status=0 name=$1 log=$logs/$1
  shift
  say "== cargo test, $name"
  { timed "cargo test, $name: compile" "$@" --quiet --no-run &&
    timed "cargo test, $name: run" "$@" --no-fail-fast; } 2>&1 | tee "$log" || status=1
  count "$(sum passed "$log")" "$(sum failed "$log")" "$status"
}

# browser_tests PROJECT PORT: one of tests/browser's projects.
browser_tests() {
  # The page's probabilities are compared with the command line's, which the tests have built.
  export RMLOCNET_CLI=$logs/rmlocnet PLAYWRIGHT_JSON_OUTPUT_NAME=$logs/$1.json RMLOCNET_TEST_PORT=$2
  export RMLOCNET_SMALL_DIST=$logs/dist
  cd tests/browser
  timed "the page in a browser, $1" node_modules/.bin/playwright test --project="$1" \
    --output="test-results/$1" --reporter=list,json
}

# count_browser_tests PROJECT STATUS
count_browser_tests() {
  local good bad
  read -r good bad < <(node scripts/count-playwright.cjs "$logs/$1.json")
  count "$good" "$bad" "$2"
}

# A shader is compiled on one core for seconds, so the two projects hardly wait for each other.
run_browser_tests() {
  local status=0 beside=
  say "== the page in $CHROMIUM"
  if $gpu; then
    browser_tests webgpu 4180 >"$logs/webgpu" 2>&1 &
    beside=$!
  fi
  (browser_tests cpu 4179) || status=1
  count_browser_tests cpu "$status"
  if $gpu; then
    status=0
    wait "$beside" || status=1
    cat "$logs/webgpu"
    count_browser_tests webgpu "$status"
  fi
}

# In a thrown-away clone, another clone may have filled the shared target folder since
# the checkout: newer files here make cargo compile these sources, not trust those.
if [ -n "${CI:-}" ]; then
  find Cargo.toml src tests benches models -type f -not -path '*/node_modules/*' -exec touch {} + 2>/dev/null || true
fi

attempt ensure_build_tools || finish
ensure_build_tools
attempt ensure_test_tools || finish
ensure_test_tools

# Modules are linked and optimized on one core for minutes: behind the checks and cargo's tests,
# which seldom keep two busy.
forget_other_std
(in_own_shell build_pages "$logs" "${modules[@]}") >"$logs/build" 2>&1 &
build=$!

say "== checks"
attempt check_code cpu || true
attempt timed "types of the page" check_page || true
cargo_tests CPU cargo test
# The next build with other features replaces it.
cp "$(target_dir)/debug/rmlocnet" "$logs/rmlocnet" || true
if $gpu; then
  attempt check_code gpu || true
  cargo_tests WebGPU on_software_adapter cargo test --features webgpu --lib --test gpu
fi

say "== build"
built=0
wait "$build" || built=1
cat "$logs/build"
count 0 0 "$built"
if [ "$built" -eq 0 ]; then run_browser_tests; fi
finish
