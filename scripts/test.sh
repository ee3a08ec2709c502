#!/usr/bin/env bash
# Everything that can fail: checks, build, cargo's tests, the page in a browser.
# A failing part does not hide the next; the last line sums the counts, and the exit
# status is not zero when anything failed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

. scripts/common.sh
. scripts/tools.sh
. scripts/build.sh

passed=0
failed=0
logs=$(mktemp -d)
trap 'jobs -p | xargs -r kill || true; rm -rf "$logs"' EXIT

# count PASSED FAILED STATUS: a part that fails without a failed test (it did not
# compile, or could not start) counts as one.
count() {
  local bad=$2
  if [ "$3" -ne 0 ] && [ "$bad" -eq 0 ]; then bad=1; fi
  passed=$((passed + $1))
  failed=$((failed + bad))
}

finish() {
  printf '\n%d passed, %d failed\n' "$passed" "$failed"
  [ "$failed" -eq 0 ]
  exit
}

# sum WORD FILE: adds up the numbers before WORD in cargo's result lines.
sum() {
  awk -v word="$1" '/^test result:/ { for (i = 2; i <= NF; i++) if ($i == word";") total += $(i - 1) } END { print total + 0 }' "$2"
}

run_cargo_tests() {
  local status=0 log=$logs/cargo
  say "== cargo test, on the CPU and on WebGPU"
  # Unit, integration, example and documentation tests; check has compiled the benches.
  # In a subshell: the browser finds its adapter itself.
  (use_software_adapter && cargo test --features webgpu --no-fail-fast) 2>&1 | tee "$log" || status=1
  count "$(sum passed "$log")" "$(sum failed "$log")" "$status"
}

# browser_tests PROJECT PORT: one of tests/browser's two projects.
browser_tests() {
  # The page's probabilities are compared with the command line's.
  export RMLOCNET_CLI PLAYWRIGHT_JSON_OUTPUT_NAME=$logs/$1.json RMLOCNET_TEST_PORT=$2
  RMLOCNET_CLI=$(cli_path)
  cd tests/browser
  node_modules/.bin/playwright test --project="$1" --output="test-results/$1" --reporter=list,json
}

# A shader is compiled on one core for seconds, so that the two projects hardly wait for each other.
run_browser_tests() {
  local status=0 beside good bad
  say "== the page in $CHROMIUM, on the CPU"
  browser_tests webgpu 4180 >"$logs/webgpu" 2>&1 &
  beside=$!
  (browser_tests cpu 4179) || status=1
  read -r good bad < <(node scripts/count-playwright.cjs "$logs/cpu.json")
  count "$good" "$bad" "$status"
  say "== the page on WebGPU"
  status=0
  wait "$beside" || status=1
  cat "$logs/webgpu"
  read -r good bad < <(node scripts/count-playwright.cjs "$logs/webgpu.json")
  count "$good" "$bad" "$status"
}

# In a thrown-away clone, another clone may have filled the shared target folder since
# the checkout: newer files here make cargo compile these sources, not trust those.
if [ -n "${CI:-}" ]; then
  find Cargo.toml src tests benches models -type f -not -path '*/node_modules/*' -exec touch {} + 2>/dev/null || true
fi

# attempt FUNCTION: counts as one failure if it fails. In a shell of its own: in one that asks for
# the outcome, errors inside a function would not end it.
attempt() {
  local status=0
  "$BASH" -euo pipefail -c '. scripts/common.sh; . scripts/tools.sh; . scripts/build.sh; "$1"' part "$1" || status=1
  count 0 0 "$status"
  return "$status"
}

attempt ensure_test_tools || finish
ensure_test_tools

# What the build makes is linked and optimised on one core for minutes: behind the checks and
# cargo's tests, which seldom keep two busy.
forget_other_std
(build_all) >"$logs/build" 2>&1 &
build=$!

say "== checks"
attempt check_code || true
run_cargo_tests

say "== build"
built=0
wait "$build" || built=1
cat "$logs/build"
count 0 0 "$built"
if [ "$built" -eq 0 ]; then
  attempt check_page || true
  run_browser_tests
fi
finish
