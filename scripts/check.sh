# shellcheck shell=bash
# Checks everything that needs no test run; sourced after build.sh.
#
# Two tiers: `cpu` needs no build with WebGPU, which takes longest; `gpu` is what remains.

# Installs what the tests need in addition to what the build needs.
ensure_test_tools() {
  timed "packages of the browser tests" ensure_packages tests/browser
  timed "Chromium" ensure_chromium
  timed "Firefox and WebKitGTK" ensure_other_browsers
  timed "Snakemake" ensure_snakemake
}

# Checks that the build without the feature webgpu depends on no GPU code.
cpu_build_is_free_of_gpu() {
  local graph
  graph=$(cargo tree --edges normal,build --prefix none --no-default-features --target "$1")
  # burn itself depends on cubecl-common and similar crates, which hold no GPU code.
  if grep -E '^(wgpu|naga|cubek|burn-wgpu|burn-cubecl|cubecl(-(core|runtime|wgpu))?) ' <<<"$graph"; then
    fail "the CPU-only build for $1 contains GPU code" "move what needs it behind the feature webgpu"
  fi
}

check_form() {
  ensure_rust_component rustfmt fmt
  ensure_rust_component clippy clippy
  # `cargo metadata` is not used because it fetches the packages of all other systems as well.
  cargo tree --locked --depth 0 >/dev/null ||
    fail "Cargo.lock does not belong to Cargo.toml" "run cargo build and commit Cargo.lock"
  cargo fmt --check
  cpu_build_is_free_of_gpu wasm32-unknown-unknown
}

lint_native() { cargo clippy --quiet --all-targets "$@" -- -D warnings; }

lint_wasm() {
  forget_other_std
  without_rustflags cargo clippy --quiet --lib --no-default-features --target wasm32-unknown-unknown \
    "$@" -- -D warnings
}

document() { RUSTDOCFLAGS="-D warnings" cargo doc --quiet --no-deps "$@"; }

# check_code TIER: the Rust code.
check_code() {
  case $1 in
    cpu)
      timed "formatting, lock file" check_form
      timed "clippy" lint_native
      timed "clippy for WebAssembly" lint_wasm
      timed "documentation" document
      ;;
    gpu)
      timed "clippy with WebGPU" lint_native --features webgpu
      timed "clippy for WebAssembly with WebGPU" lint_wasm --features webgpu
      timed "documentation with WebGPU" document --features webgpu
      ;;
  esac
}

# The page and the browser tests: types and formatting, which `npm run format` in www/ repairs.
check_page() { (cd www && npm run --silent check && npm run --silent check:format); }

# check_all TIER...
check_all() {
  local tier
  ensure_build_tools
  for tier in "$@"; do check_code "$tier"; done
  timed "types and formatting of the page" check_page
}
