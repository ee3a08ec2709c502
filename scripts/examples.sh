#!/usr/bin/env bash
# Computes the examples that the page shows before anything is pasted: one RNA of each class.
#
#   scripts/examples.sh PROGRAM [FOLDER]
#
# PROGRAM is the command line, such as target/release/rmlocnet. Writes a small JSON file for each class
# into FOLDER [default: www/src/content/examples]. Run it whenever a model changes;
# www/tests/content/first-examples.test.js fails if that was forgotten.
set -euo pipefail
here=$(dirname "${BASH_SOURCE[0]}")
exec node "$here/examples.mjs" "$1" "${2:-$here/../www/src/content/examples}"
