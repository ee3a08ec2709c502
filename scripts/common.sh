# shellcheck shell=bash
# Shared by the build scripts; sourced from the repository root, not run.

# Sorting, number formats and messages are the same on every machine.
export LC_ALL=C

# Programs and modules that several clones share. If the home folder cannot be written to, they
# are kept in the clone, together with npm's files.
cache_dir=${XDG_CACHE_HOME:-${HOME:-}/.cache}/rmlocnet
mkdir -p "$cache_dir" 2>/dev/null && [ -w "$cache_dir" ] || cache_dir=$PWD/target/cache
[ -w "${HOME:-}" ] || export npm_config_cache=$cache_dir/npm

# The clone of a continuous-integration run is deleted afterwards, so compiled code is kept outside
# it, without incremental state, which would only grow there.
if [ -n "${CI:-}" ]; then
  export CARGO_TARGET_DIR=$cache_dir/target CARGO_INCREMENTAL=0
fi

say() { printf '%s\n' "$*"; }

# fail WHAT REMEDY: reports what is wrong and what to do about it, and ends the run.
fail() {
  printf 'build.sh: %s\n  remedy: %s\n' "$1" "$2" >&2
  exit 1
}

# The file in which `timed` notes how long each part took; exported for the scripts started here.
export PARTS_LOG
start_parts() {
  PARTS_LOG=$(mktemp)
  trap print_parts EXIT
}

# timed WHAT COMMAND...: runs the command and notes how long it took.
timed() {
  local what=$1 began=$SECONDS
  shift
  "$@"
  local status=$?
  printf '%d %s\n' $((SECONDS - began)) "$what" >>"${PARTS_LOG:-/dev/null}"
  return "$status"
}

# in_own_shell COMMAND...: runs a function in a new shell. Needed before `||` and in `if`, because
# `set -e` would be ignored inside the function there.
in_own_shell() {
  "$BASH" -euo pipefail -c '
    for part in common tools modules build check; do . "scripts/$part.sh"; done
    "$@"' part "$@"
}

# Prints one line for each part that took a second or more, and one for the whole run, which is
# shorter than the sum if parts ran at the same time.
print_parts() {
  local seconds what
  [ -s "${PARTS_LOG:-}" ] || return 0
  printf '\nTime, minutes:seconds\n'
  while read -r seconds what; do
    if [ "$seconds" -gt 0 ]; then printf '%4d:%02d  %s\n' $((seconds / 60)) $((seconds % 60)) "$what"; fi
  done <"$PARTS_LOG"
  printf '%4d:%02d  in all\n' $((SECONDS / 60)) $((SECONDS % 60))
  rm -f "$PARTS_LOG"
}

have() { command -v "$1" >/dev/null 2>&1; }

# version_at_least WANTED FOUND
version_at_least() {
  [ "$(printf '%s\n%s\n' "$1" "$2" | sort -V | sed -n 1p)" = "$1" ]
}

if have sha256sum; then hasher=(sha256sum); else hasher=(shasum -a 256); fi
sha256() { "${hasher[@]}" "$@"; }

# inputs_hash PATH...: one hash of the contents of all files below the paths and of the compiler's
# version. Paths that do not exist are left out.
inputs_hash() {
  local path found=()
  for path in "$@"; do
    if [ -e "$path" ]; then found+=("$path"); fi
  done
  {
    rustc -V
    find "${found[@]}" \( -name node_modules -o -path 'www/dist*' -o -path www/.stamps -o -path www/tests \) -prune \
      -o -type f -print | sort | tr '\n' '\0' | xargs -0 "${hasher[@]}"
  } | sha256 | cut -d' ' -f1
}

# A stamp holds the hash of the inputs that an output was built from. It is kept in the clone, next
# to the output, so clones that share a target folder do not mislead each other.
stamp_holds() { # NAME HASH OUTPUT
  [ -e "$3" ] && [ "$(cat "www/.stamps/$1" 2>/dev/null)" = "$2" ]
}
stamp_clear() { rm -f "www/.stamps/$1"; }
stamp_write() { # NAME HASH
  mkdir -p www/.stamps
  printf '%s\n' "$2" >"www/.stamps/$1"
}

# apt_install PACKAGE DURATION: false if there is no apt, no permission to use it, or no network.
apt_install() {
  local as_root=()
  have apt-get || return 1
  if [ "$(id -u)" -ne 0 ]; then
    have sudo || return 1
    # Without a terminal nobody could answer a password prompt.
    [ -t 0 ] || sudo -n true 2>/dev/null || return 1
    as_root=(sudo)
  fi
  say "Installing $1 with apt ($2)."
  # Neither a network without an answer nor another apt may hold the run up for long.
  local apt=(${as_root[@]+"${as_root[@]}"} env DEBIAN_FRONTEND=noninteractive apt-get
    -o Acquire::http::Timeout=20 -o Acquire::https::Timeout=20 -o Acquire::Retries=0 -o DPkg::Lock::Timeout=120)
  local install=("${apt[@]}" install -y --no-install-recommends "$1")
  "${install[@]}" >/dev/null && return
  # The package lists may be missing or old.
  "${apt[@]}" update >/dev/null && "${install[@]}" >/dev/null
}
