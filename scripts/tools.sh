# shellcheck shell=bash
# Finds or installs what the build needs; sourced by build.sh after common.sh.
# Every function is silent if its tool is installed.

tools_dir=${cache_dir:?}/tools

# The version that Cargo.lock gives for package $1.
locked_version() {
  awk -v name="\"$1\"" '$1 == "name" { at = $3 } $1 == "version" && at == name { gsub(/"/, "", $3); print $3; exit }' Cargo.lock
}

ensure_rust() {
  local wanted found
  have cargo || PATH=${CARGO_HOME:-$HOME/.cargo}/bin:$PATH
  wanted=$(sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml)
  { have cargo && have rustc; } ||
    fail "Rust was not found" "install Rust $wanted or newer with rustup"
  found=$(rustc -vV | sed -n 's/^release: //p')
  version_at_least "$wanted" "$found" ||
    fail "rustc is $found; this needs $wanted or newer" "rustup update stable"
  have cc || apt_install build-essential "a minute" || fail "no C compiler to link with" \
    "install your system's C build tools (Debian: build-essential; macOS: xcode-select --install)"
}

ensure_rust_component() { # COMPONENT CARGO-SUBCOMMAND
  cargo "$2" --version >/dev/null 2>&1 && return
  say "Installing $1 (seconds)."
  { have rustup && rustup component add "$1" && cargo "$2" --version >/dev/null; } ||
    fail "cargo $2 is missing" "rustup component add $1, or your system's package of it"
}

ensure_node() {
  local remedy="install Node.js 20.19 or newer, with npm"
  { have node && have npm; } || fail "Node.js or npm was not found" "$remedy"
  version_at_least 20.19.0 "$(node -p process.versions.node)" ||
    fail "Node.js is $(node -v); this needs 20.19 or newer" "$remedy"
}

# True if the installed standard library for WebAssembly was built for this compiler.
wasm_target_works() {
  local out status=0
  out=$(mktemp -d)
  echo '#![allow(unused)]' |
    rustc --target wasm32-unknown-unknown --crate-type lib --emit metadata --out-dir "$out" - \
      >/dev/null 2>&1 || status=1
  rm -r "$out"
  return "$status"
}

ensure_wasm_target() {
  local log=$cache_dir/wasm-target.log
  wasm_target_works && return
  mkdir -p "$cache_dir"
  : >"$log"
  if have rustup; then
    say "Installing Rust's WebAssembly target with rustup (seconds)."
    rustup target add wasm32-unknown-unknown >>"$log" 2>&1 || true
    wasm_target_works && return
    say "rustup could not install it."
  fi
  if grep -qs '^ID=debian' /etc/os-release && have apt-get && have dpkg; then
    say "Building Rust's WebAssembly target from Debian's source package (1-3 minutes)."
    scripts/wasm-target-debian.sh 2>>"$log" || true
    wasm_target_works && return
  fi
  tail -n 15 "$log" >&2
  fail "the standard library for wasm32-unknown-unknown is missing (log: $log)" \
    "rustup target add wasm32-unknown-unknown, or your distribution's package for $(rustc -V)
          (Debian's own rustc: libstd-rust-dev-wasm32; Fedora: rust-std-static-wasm32-unknown-unknown)"
}

# cargo_tool CRATE VERSION [OPTION...]: installs a program into the cache folder, not among the
# user's own programs, because other projects may need other versions. The programs' common
# dependencies are compiled once and hardly optimized: they run for seconds only.
cargo_tool() {
  local crate=$1 version=$2
  shift 2
  say "Installing $crate $version (a minute)."
  env CARGO_TARGET_DIR="$tools_dir/build" CARGO_PROFILE_RELEASE_OPT_LEVEL=1 CARGO_PROFILE_RELEASE_LTO=off \
    CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 CARGO_PROFILE_RELEASE_STRIP=true \
    cargo install --quiet --root "$tools_dir/$crate-$version" --version "$version" "$@" "$crate" ||
    fail "$crate $version could not be installed" "see cargo's message above; or: cargo install $crate --version $version"
}

wasm_bindgen_fits() { [ "$(wasm-bindgen --version 2>/dev/null)" = "wasm-bindgen $1" ]; }

wasm_pack_fits() { have wasm-pack && version_at_least 0.13.1 "$(wasm-pack --version | cut -d' ' -f2)"; }

# wasm-bindgen and wasm-pack: the installed ones if their versions fit, otherwise our own.
ensure_wasm_programs() {
  local bindgen pack=0.15.1
  bindgen=$(locked_version wasm-bindgen)
  [ -n "$bindgen" ] || fail "Cargo.lock names no wasm-bindgen" "restore Cargo.lock from git"
  # The program and the crate share a private format, so their versions must be equal.
  if ! wasm_bindgen_fits "$bindgen"; then
    PATH=$tools_dir/wasm-bindgen-cli-$bindgen/bin:$PATH
    # The test runner is not needed, and depends on a web server and TLS.
    wasm_bindgen_fits "$bindgen" ||
      cargo_tool wasm-bindgen-cli "$bindgen" --no-default-features --bin wasm-bindgen
  fi
  if ! wasm_pack_fits; then
    PATH=$tools_dir/wasm-pack-$pack/bin:$PATH
    wasm_pack_fits || cargo_tool wasm-pack "$pack"
  fi
  rm -rf "$tools_dir/build"
}

# Always this version: with binaryen 108, which Debian 12 and Ubuntu 24.04 have, the module exports
# the wrong table, and the page fails to start.
ensure_wasm_opt() {
  local version=132.0.0 root
  root=$tools_dir/binaryen-$version
  PATH=$root/node_modules/.bin:$PATH
  [ -x "$root/node_modules/.bin/wasm-opt" ] && return
  say "Installing wasm-opt (npm package binaryen $version; seconds)."
  mkdir -p "$root"
  npm install --prefix "$root" --no-audit --no-fund --loglevel=error "binaryen@$version" ||
    fail "npm could not install binaryen $version" "see npm's message above"
}

# ensure_packages FOLDER: installs the packages that its package-lock.json names.
ensure_packages() {
  local hash installed=$1/node_modules/.installed-from
  [ -f "$1/package-lock.json" ] || fail "$1/package-lock.json is missing" "restore it from git"
  hash=$(cat "$1/package.json" "$1/package-lock.json" | sha256 | cut -d' ' -f1)
  [ "$(cat "$installed" 2>/dev/null)" = "$hash" ] && return
  say "Installing the packages of $1 (up to a minute)."
  # The tests use the system's browser, so Playwright need not fetch one.
  (cd "$1" && PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 npm ci --no-audit --no-fund --loglevel=error) ||
    fail "npm ci failed in $1" "see npm's message above"
  mkdir -p "$1/node_modules"
  printf '%s\n' "$hash" >"$installed"
}

find_chromium() {
  local name
  for name in chromium google-chrome google-chrome-stable chromium-browser; do
    command -v "$name" && return
  done
  return 1
}

# Exports CHROMIUM, the browser that the tests drive.
ensure_chromium() {
  if [ -n "${CHROMIUM:-}" ]; then
    [ -x "$CHROMIUM" ] || fail "CHROMIUM=$CHROMIUM is not a program" "give the browser's full path"
  elif ! CHROMIUM=$(find_chromium); then
    { apt_install chromium "a minute" && CHROMIUM=$(find_chromium); } || fail "no Chromium to test the page in" \
      "install Chromium or Chrome, or set CHROMIUM to the full path of one"
  fi
  export CHROMIUM
}

# Installs the other browsers that the page's main path is tested in, if that is possible. A browser
# that is missing fails nothing: its test names it and is left out.
ensure_other_browsers() {
  local log=$cache_dir/browsers.log package packages=()
  [ "$(uname -s)" = Linux ] || return 0
  have firefox-esr || packages+=(firefox-esr)
  have WebKitWebDriver || packages+=(webkit2gtk-driver)
  have Xvfb || packages+=(xvfb)
  [ ${#packages[@]} -gt 0 ] || return 0
  # One by one: Ubuntu, for example, has no firefox-esr, and the others are there all the same.
  for package in "${packages[@]}"; do
    apt_install "$package" "a minute" 2>"$log" || say "$package could not be installed."
  done
}

# The newest version that the workflow of docs/pipelines was run with. It needs Python 3.11.
snakemake_version=9.27.1

# Prints the full path of a Snakemake that runs the workflow; false if there is none.
find_snakemake() {
  local own=$tools_dir/snakemake-$snakemake_version/bin/snakemake
  if [ -x "$own" ]; then
    say "$own"
  else
    have snakemake && version_at_least 8.0 "$(snakemake --version)" && command -v snakemake
  fi
}

# Installs Snakemake into a virtual environment in the cache folder, if that is possible. Without it,
# nothing fails: its test is left out, and says why.
ensure_snakemake() {
  local root=$tools_dir/snakemake-$snakemake_version log=$cache_dir/snakemake.log
  find_snakemake >/dev/null && return
  say "Installing Snakemake $snakemake_version with pip (a minute)."
  mkdir -p "$cache_dir"
  {
    python3 -m venv "$root" || { apt_install python3-venv "seconds" && python3 -m venv "$root"; }
  } >"$log" 2>&1 && "$root/bin/pip" install --quiet "snakemake==$snakemake_version" >>"$log" 2>&1 && return
  rm -rf "$root"
  say "Snakemake could not be installed (log: $log)."
}

# on_software_adapter COMMAND...: runs a command with the browser's own software adapter on Linux, so
# that tests of the WebGPU code are the same on every machine, and elsewhere with the machine's GPU.
on_software_adapter() {
  local folder
  if [ "$(uname -s)" = Linux ]; then
    for folder in /usr/lib/chromium "$(dirname "$(readlink -f "$CHROMIUM")")" /opt/google/chrome; do
      [ -e "$folder/vk_swiftshader_icd.json" ] || continue
      # The browser itself must not be started with these.
      env VK_ICD_FILENAMES="$folder/vk_swiftshader_icd.json" VK_DRIVER_FILES="$folder/vk_swiftshader_icd.json" \
        LD_LIBRARY_PATH="$folder${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}" "$@"
      return
    done
  fi
  "$@"
}
