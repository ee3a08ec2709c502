#!/usr/bin/env bash
# Builds the standard library for wasm32-unknown-unknown from Debian's package rust-src and installs
# it for the present rustc. For machines that can reach a Debian mirror and a crate registry, but not
# rustup's server. Progress goes to standard output, details to standard error.
set -euo pipefail

target=wasm32-unknown-unknown
release=$(rustc -vV | sed -n 's/^release: //p')
sysroot=$(rustc --print sysroot)
rustlib=$sysroot/lib/rustlib
sources=$rustlib/src/rust
work=$(mktemp -d)
linked=

cleanup() {
  if [ -n "$linked" ]; then
    rm -f "$sources"
    rmdir "$rustlib/src" 2>/dev/null || true
  fi
  rm -rf "$work"
}
trap cleanup EXIT

say() { printf '  %s\n' "$*"; }
give_up() {
  printf 'wasm-target-debian.sh: %s\n' "$*" >&2
  exit 1
}

# The machine's own Debian entries, with the suite replaced by $1: both the deb822 form
# (paragraphs) and the one-line form. Security and third-party entries name other suites.
write_sources() {
  local suite=$1 codename
  codename=$(. /etc/os-release && echo "${VERSION_CODENAME:-sid}")
  rm -f "$work"/sources/*
  find /etc/apt -name '*.sources' -exec cat {} \; -exec echo \; |
    awk -v RS= -v ORS='\n\n' -v codename="$codename" -v suite="$suite" '
      $0 ~ "(^|\n)Suites:([^\n]* )?" codename "( |\n|$)" && /(^|\n)Components:[^\n]* main/ {
        sub(/(^|\n)Suites:[^\n]*/, "\nSuites: " suite)
        sub(/(^|\n)Components:[^\n]*/, "\nComponents: main")
        sub(/^\n/, "")
        print
      }' >"$work/sources/machine.sources"
  find /etc/apt -name '*.list' -exec cat {} + |
    sed -nE "s/^(deb[[:space:]]+(\[[^]]*\][[:space:]]+)?[^[:space:]]+[[:space:]]+)${codename}[[:space:]]+main.*/\1$suite main/p" \
      >"$work/sources/machine.list"
  [ -s "$work/sources/machine.sources" ] || rm "$work/sources/machine.sources"
  [ -s "$work/sources/machine.list" ] || rm "$work/sources/machine.list"
  [ -n "$(ls "$work/sources")" ] || give_up "no Debian entry for $codename main under /etc/apt"
}

# Runs apt with its own sources, lists and cache, so the machine's are not changed.
apt() {
  local tool=$1
  shift
  "$tool" -o Dir::Etc::SourceList=/dev/null -o Dir::Etc::SourceParts="$work/sources" \
    -o Dir::State::Lists="$work/lists" -o Dir::Cache="$work/cache" \
    -o APT::Sandbox::User="$(id -un)" "$@"
}

# Unpacks the package rust-src of the compiler's version from the first suite that has it.
fetch_sources() {
  local suite version
  mkdir -p "$work/sources" "$work/lists/partial" "$work/cache/archives/partial" "$work/src"
  for suite in trixie-backports stable-backports testing unstable; do
    write_sources "$suite"
    apt apt-get update >&2 || true
    version=$(apt apt-cache madison rust-src 2>&2 | awk -v r="$release" -F' *[|] *' \
      '$2 ~ "^" r "[+~-]" || $2 == r { print $2; exit }')
    [ -n "$version" ] || continue
    say "rust-src $version from Debian $suite, for rustc $release"
    (cd "$work" && apt apt-get download "rust-src=$version" >&2)
    dpkg -x "$work"/rust-src_*.deb "$work/src"
    return
  done
  give_up "no Debian suite has rust-src $release"
}

# cargo looks for the library's sources only below the compiler's own folder.
link_sources() {
  local unpacked
  [ -e "$sources/library/std" ] && return
  fetch_sources
  unpacked=$(find "$work/src/usr/src" -maxdepth 1 -name "rustc-$release*" | sed -n 1p)
  [ -d "$unpacked/library/std" ] || give_up "rust-src holds no library folder"
  mkdir -p "$rustlib/src"
  ln -sfn "$unpacked" "$sources"
  linked=1
}

# Builds an empty crate, because cargo then builds the standard library for it.
build_std() {
  mkdir -p "$work/empty/src"
  printf '[package]\nname = "empty"\nversion = "0.0.0"\nedition = "2024"\n[lib]\ncrate-type = ["cdylib"]\n[workspace]\n' \
    >"$work/empty/Cargo.toml"
  : >"$work/empty/src/lib.rs"
  # Link-time optimization of crates that use the library needs bitcode in it.
  (
    cd "$work/empty"
    unset CARGO_ENCODED_RUSTFLAGS CARGO_BUILD_TARGET
    RUSTC_BOOTSTRAP=1 RUSTFLAGS='-C embed-bitcode=yes' CARGO_TARGET_DIR=$work/target \
      cargo build --release -Zbuild-std=std,panic_abort --target "$target" >&2
  )
}

# Installs by a rename at the end, so that an interrupted copy is never used.
install_std() {
  local staged=$rustlib/$target.new
  rm -rf "$staged"
  mkdir -p "$staged/lib"
  cp "$work/target/$target/release/deps/"lib*.rlib "$staged/lib/"
  rm -rf "${rustlib:?}/$target"
  mv "$staged" "$rustlib/$target"
}

[ -w "$rustlib" ] || give_up "$rustlib is not writable by $(id -un)"
link_sources
build_std
install_std
say "installed in $rustlib/$target"
