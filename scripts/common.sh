# shellcheck shell=bash
# Shared by the build scripts; sourced from the repository root, not run.

# Sorting, number formats and messages are the same on every machine.
export LC_ALL=C

# Programs and modules that several clones share. If the home folder cannot be written to, they
# are kept in the clone, and npm keeps its files beside them.
cache_dir=${XDG_CACHE_HOME:-${HOME:-}/.cache}/rmlocnet
mkdir -p "$cache_dir" 2>/dev/null && [ -w "$cache_dir" ] || cache_dir=$PWD/target/cache
[ -w "${HOME:-}" ] || export npm_config_cache=$cache_dir/npm

# A continuous-integration clone is thrown away after each run: what took long to
# compile has to live outside it. Incremental state would only grow there.
if [ -n "${CI:-}" ]; then
  export CARGO_TARGET_DIR=$cache_dir/target CARGO_INCREMENTAL=0
fi

say() { printf '%s\n' "$*"; }

# fail WHAT REMEDY: says what is wrong and what to do about it, and ends the run.
fail() {
  printf 'build.sh: %s\n  remedy: %s\n' "$1" "$2" >&2
  exit 1
}

# Where `timed` writes how long each part took; exported for the scripts that this one starts.
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

# in_own_shell COMMAND...: for those who ask for the outcome with `if` or `||`, because there
# `set -e` is ignored in the functions that are called.
in_own_shell() {
  "$BASH" -euo pipefail -c '
    for part in common tools modules build check; do . "scripts/$part.sh"; done
    "$@"' part "$@"
}

# One line for each part that took a second or more, and one for all of them. Parts that ran side
# by side take less time together than their sum.
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

# inputs_hash PATH...: one hash over the contents of all files below the paths, and
# over the compiler's version. Paths that do not exist count as empty.
inputs_hash() {
  local path found=()
  for path in "$@"; do
    if [ -e "$path" ]; then found+=("$path"); fi
  done
  {
    rustc -V
    find "${found[@]}" \( -name node_modules -o -path 'www/dist*' -o -path www/.stamps \) -prune \
      -o -type f -print | sort | tr '\n' '\0' | xargs -0 "${hasher[@]}"
  } | sha256 | cut -d' ' -f1
}

# A stamp holds the hash of the inputs that an output was made from. It lies beside
# the outputs in the clone, so a shared target folder cannot confuse two clones.
stamp_holds() { # NAME HASH OUTPUT
  [ -e "$3" ] && [ "$(cat "www/.stamps/$1" 2>/dev/null)" = "$2" ]
}
stamp_clear() { rm -f "www/.stamps/$1"; }
stamp_write() { # NAME HASH
  mkdir -p www/.stamps
  printf '%s\n' "$2" >"www/.stamps/$1"
}

# apt_install PACKAGE DURATION: false where there is no apt, or no right to use it.
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
  local install=(${as_root[@]+"${as_root[@]}"} env DEBIAN_FRONTEND=noninteractive
    apt-get install -y --no-install-recommends "$1")
  "${install[@]}" >/dev/null && return
  # The package lists may be missing or old.
  ${as_root[@]+"${as_root[@]}"} apt-get update >/dev/null && "${install[@]}" >/dev/null
}
