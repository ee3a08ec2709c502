# shellcheck shell=bash
# The build and the checks themselves; sourced by build.sh after tools.sh.

# Flags from the environment would replace those in .cargo/config.toml, SIMD among them.
without_rustflags() { env -u RUSTFLAGS -u CARGO_ENCODED_RUSTFLAGS "$@"; }

# Where cargo builds, whatever sets it.
target_dir() {
  cargo metadata --format-version 1 --no-deps |
    node -p 'JSON.parse(require("fs").readFileSync(0, "utf8")).target_directory'
}

cli_path() { printf '%s/release/rmlocnet\n' "$(target_dir)"; }

# What was compiled against another build of the same compiler's wasm library (rustup's,
# or one made on this machine) cannot be linked with this one; cargo does not notice.
forget_other_std() {
  local dir std
  dir=$(target_dir)/wasm32-unknown-unknown
  std=$(cat "$(rustc --print target-libdir --target wasm32-unknown-unknown)"/lib{core,std}-*.rlib | sha256)
  [ "$(cat "$dir/.std" 2>/dev/null)" = "$std" ] && return
  rm -rf "$dir"
  mkdir -p "$dir"
  printf '%s\n' "$std" >"$dir/.std"
}

# Cargo itself sees within a second that there is nothing to do.
build_cli() { cargo build --release --bin rmlocnet; }

# optimise FILE [LEVEL...]: drops names and, at a level, makes the code shorter; several follow each
# other.
optimise() {
  local file=$1 features=(--enable-simd --enable-relaxed-simd --enable-bulk-memory
    --enable-nontrapping-float-to-int --enable-sign-ext --enable-mutable-globals
    --enable-reference-types --enable-multivalue)
  shift
  wasm-opt "$@" --strip-debug --strip-producers "${features[@]}" "$file" -o "$file.opt"
  mv "$file.opt" "$file"
}

# build_module NAME FEATURE [LEVEL...]: one build of the page's WebAssembly, in a folder of its own.
# The three are the same program with the same interface. Optimising takes one core some
# minutes, so it goes on behind the next module's compiling: whoever builds must wait_for_modules.
optimising=()
build_module() {
  local name=$1 feature=$2 out=www/src/wasm/$1 hash
  shift 2
  hash="$(inputs_hash src Cargo.toml Cargo.lock .cargo/config.toml) $*"
  stamp_holds "wasm-$name" "$hash" "$out/rmlocnet_bg.wasm" && return
  stamp_clear "wasm-$name"
  forget_other_std
  say "Compiling the page's WebAssembly: $name (minutes the first time)."
  # wasm-bindgen reads from a section that full stripping removes which features the
  # module may use; wasm-opt drops the names afterwards.
  without_rustflags env CARGO_PROFILE_RELEASE_STRIP=debuginfo \
    wasm-pack --log-level error build --mode no-install --no-opt --release --target web \
    --out-dir "$out" --out-name rmlocnet --no-pack -- --no-default-features --features "$feature"
  (optimise "$out/rmlocnet_bg.wasm" "$@" && stamp_write "wasm-$name" "$hash") &
  optimising+=($!)
}

wait_for_modules() {
  local job
  for job in ${optimising[@]+"${optimising[@]}"}; do wait "$job"; done
  optimising=()
}

# For every browser with SIMD; for those with relaxed SIMD, whose multiply-add is one
# instruction (a second pass brings it to a million bytes gzipped); with WebGPU, some four times as
# large and fetched behind the page. Most of the last writes kernels, and optimising it takes minutes.
build_wasm() {
  build_module cpu "" -O3
  build_module relaxed relaxed -O3 -Os
  build_module webgpu webgpu
  wait_for_modules
}

build_page() {
  local hash
  hash=$(inputs_hash www models)
  stamp_holds dist "$hash" www/dist/index.html && return
  stamp_clear dist
  say "Building the page."
  (cd www && npm run --silent build)
  stamp_write dist "$hash"
}

# What both the build and the checks need.
ensure_build_tools() {
  ensure_rust
  ensure_node
  ensure_wasm_target
  ensure_wasm_bindgen
  ensure_wasm_pack
  ensure_wasm_opt
  ensure_packages www
}

ensure_test_tools() {
  ensure_build_tools
  ensure_packages tests/browser
  ensure_chromium
}

build_all() {
  ensure_build_tools
  build_cli
  build_wasm
  build_page
  say "Built: $(cli_path) and www/dist."
}

# The build without the webgpu feature must not even name what computes on a GPU.
cpu_build_is_free_of_gpu() {
  local graph
  graph=$(cargo tree --edges normal,build --prefix none --no-default-features --target "$1")
  # cubecl-common and its like, plain helpers, are part of burn itself.
  if grep -E '^(wgpu|naga|cubek|burn-wgpu|burn-cubecl|cubecl(-(core|runtime|wgpu))?) ' <<<"$graph"; then
    fail "the CPU-only build for $1 contains GPU code" "move what needs it behind the feature webgpu"
  fi
}

# The Rust code: formatting, clippy for every build, documentation.
check_code() {
  ensure_rust_component rustfmt fmt
  ensure_rust_component clippy clippy
  cargo metadata --locked --format-version 1 >/dev/null ||
    fail "Cargo.lock does not belong to Cargo.toml" "run cargo build and commit Cargo.lock"
  cargo fmt --check
  cpu_build_is_free_of_gpu wasm32-unknown-unknown
  cargo clippy --all-targets -- -D warnings
  cargo clippy --all-targets --features webgpu -- -D warnings
  forget_other_std
  local lint=(cargo clippy --lib --no-default-features --target wasm32-unknown-unknown)
  without_rustflags "${lint[@]}" -- -D warnings
  without_rustflags "${lint[@]}" --features webgpu -- -D warnings
  RUSTDOCFLAGS="-D warnings" cargo doc --no-deps --features webgpu
}

# The page's types come from the WebAssembly module's own declarations.
check_page() { (cd www && npm run --silent check); }

check_all() {
  ensure_build_tools
  check_code
  build_wasm
  check_page
}
