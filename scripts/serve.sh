#!/usr/bin/env bash
# Serves the page as soon as the module cpu is built, then builds the other two modules.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

. scripts/common.sh
. scripts/tools.sh
. scripts/modules.sh
. scripts/build.sh

port=${PORT:-8080}
case $port in
  '' | *[!0-9]*) fail "PORT is '$port', not a number" "PORT=8080 ./build.sh serve" ;;
esac
if (: <>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
  fail "port $port is in use" "stop what uses it, or PORT=$((port + 1)) ./build.sh serve"
fi

start_parts
ensure_build_tools cpu
build_modules cpu
timed "page" build_page
print_parts

(cd www && exec node_modules/.bin/vite preview --host 127.0.0.1 --port "$port" --strictPort --logLevel warn) &
server=$!
say "The page is at http://127.0.0.1:$port/ (Ctrl-C stops serving)."

missing=()
for name in relaxed webgpu; do
  module_is_ready "$name" "$(module_hash "$name")" || missing+=("$name")
done
if [ ${#missing[@]} -gt 0 ]; then
  say "The faster modules (${missing[*]}) are built meanwhile; the open page reports when it has them."
  start_parts
fi
trap 'kill $(jobs -p) 2>/dev/null || true' EXIT
for name in ${missing[@]+"${missing[@]}"}; do
  # If a module cannot be built, the page still works with the others.
  in_own_shell add_module "$name" || say "Module $name could not be built; the page is served without it." >&2
done
print_parts
wait "$server"
