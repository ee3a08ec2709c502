#!/usr/bin/env bash
# Takes docs/page.png, the README's picture, from the present page.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

. scripts/common.sh
. scripts/tools.sh
. scripts/modules.sh
. scripts/build.sh
. scripts/check.sh

start_parts
ensure_build_tools cpu
ensure_test_tools
build_modules cpu relaxed
timed "page" build_page
cd tests/browser
timed "picture" node_modules/.bin/playwright test --config playwright.screenshots.js picture
say "Written: docs/page.png."
