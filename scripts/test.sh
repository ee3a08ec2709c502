#!/usr/bin/env bash
# Runs all checks and tests: lints, cargo's tests, the workflow for Snakemake, the page's unit tests, and
# the page in a browser.
# Usage: scripts/test.sh cpu [gpu]. The tier `gpu` needs a build with WebGPU.
# All parts run even if one fails. The last line has the total counts, and the exit status is not
# zero if anything failed.
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

# count PASSED FAILED STATUS: adds to the totals. A part that fails without a failed test (it did
# not compile, or could not start) counts as one failure.
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

# run_tests NAME COMMAND...
run_tests() {
  local status=0 name=$1 log=$logs/$1
  shift
  timed "cargo test, $name: run" "$@" --no-fail-fast 2>&1 | tee "$log" || status=1
  count "$(sum passed "$log")" "$(sum failed "$log")" "$status"
}

# cargo_tests NAME COMMAND...: compiles the tests, then runs them.
cargo_tests() {
  local name=$1
  shift
  say "== cargo test, $name"
  if timed "cargo test, $name: compile" "$@" --quiet --no-run; then
    run_tests "$name" "$@"
  else
    count 0 0 1
  fi
}

# browser_tests PROJECT PORT: runs one project of tests/browser and writes its exit status to a file.
browser_tests() {
  local status=0
  # The page's probabilities are compared with the command line's, which the tests have built.
  (
    export RMLOCNET_CLI=$logs/rmlocnet RMLOCNET_SMALL_DIST=$logs/dist PLAYWRIGHT_JSON_OUTPUT_NAME=$logs/$1.json
    export RMLOCNET_TEST_PORT=$2
    cd tests/browser
    timed "the page in a browser, $1" node_modules/.bin/playwright test --project="$1" \
      --output="test-results/$1" --reporter=list,json
  ) || status=1
  printf '%d\n' "$status" >"$logs/$1.status"
}

# Builds the page, then tests it in a browser. This runs at the same time as the checks and cargo's
# tests, with a higher priority, because the tests include the page's response times.
test_page() {
  in_own_shell build_pages "$logs" "${modules[@]}" || return
  until [ -e "$logs/program-is-built" ]; do sleep 1; done
  if $gpu; then browser_tests webgpu 4180 >"$logs/webgpu.output" 2>&1 & fi
  browser_tests cpu 4179
  # Now, because in Chromium's tests are the page's response times.
  browser_tests engines 4179
  wait
  if $gpu; then cat "$logs/webgpu.output"; fi
}

# count_report NAME STATUS: adds what the report NAME.json says.
count_report() {
  local good bad
  read -r good bad < <(node scripts/count-tests.cjs "$logs/$1.json")
  count "$good" "$bad" "$2"
}

count_browser_tests() { # PROJECT
  count_report "$1" "$(cat "$logs/$1.status" 2>/dev/null || echo 1)"
}

# unit_test_page: the modules of the page that need no browser.
unit_test_page() {
  local status=0
  say "== unit tests of the page"
  (
    cd www
    timed "unit tests of the page" npm test --silent -- --reporter=default --reporter=json \
      --outputFile.json="$logs/unit.json"
  ) || status=1
  count_report unit "$status"
}

# test_workflow: the workflow for Snakemake, with the program that cargo's tests have built.
test_workflow() {
  local snakemake good bad status=0
  say "== the workflow for Snakemake"
  if ! snakemake=$(find_snakemake); then
    say "left out, because Snakemake 8 or newer is missing: install Python 3.11 or newer, or Snakemake itself"
    return
  fi
  timed "the workflow for Snakemake" env RMLOCNET_CLI="$logs/rmlocnet" SNAKEMAKE="$snakemake" \
    python3 tests/pipelines/test_workflow.py 2>&1 | tee "$logs/workflow" || status=1
  read -r good bad < <(grep -Ex '[0-9]+ [0-9]+' "$logs/workflow" || echo 0 0)
  count "$good" "$bad" "$status"
}

# Another clone may have filled the shared target folder since this one was checked out. Newer
# files make cargo compile the sources of this clone.
if [ -n "${CI:-}" ]; then
  find Cargo.toml src tests benches models -type f -not -path '*/node_modules/*' -exec touch {} + 2>/dev/null || true
fi

attempt ensure_build_tools || finish
ensure_build_tools
attempt ensure_test_tools || finish
ensure_test_tools

forget_other_std
test_page >"$logs/page" 2>&1 &
page=$!
renice -n 15 $$ >/dev/null

say "== checks"
attempt check_code cpu || true
attempt timed "types and formatting of the page" check_page || true
unit_test_page
# With the tier `gpu`, its cargo run includes the unit tests, so they are left out here.
targets=(--test library --test cli --test readers)
if ! $gpu; then targets+=(--lib); fi
cargo_tests CPU cargo test "${targets[@]}"
run_tests documentation cargo test --doc
# A copy, because the next build, which has other features, replaces the program.
cp "$(target_dir)/debug/rmlocnet" "$logs/rmlocnet" || true
touch "$logs/program-is-built"
test_workflow
if $gpu; then
  attempt check_code gpu || true
  cargo_tests WebGPU on_software_adapter cargo test --features webgpu --lib --test gpu
fi

say "== the page in $CHROMIUM"
wait "$page" || count 0 0 1
cat "$logs/page"
for project in cpu engines $($gpu && echo webgpu); do count_browser_tests "$project"; done
finish
