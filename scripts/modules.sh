# shellcheck shell=bash
# The page's three WebAssembly modules; sourced after tools.sh.
#
# They are three builds of one program with the same interface: `cpu` for every browser with SIMD,
# `relaxed` for browsers with relaxed SIMD, which multiplies and adds in one instruction, and
# `webgpu` for GPUs, which is about four times as large.

# Flags from the environment would replace those in .cargo/config.toml, SIMD among them.
without_rustflags() { env -u RUSTFLAGS -u CARGO_ENCODED_RUSTFLAGS "$@"; }

# The folder that cargo builds in, whichever setting names it.
target_dir() {
  cargo metadata --format-version 1 --no-deps |
    node -p 'JSON.parse(require("fs").readFileSync(0, "utf8")).target_directory'
}

# A hash of the installed WebAssembly standard library: rustup's, or one built on this machine.
wasm_std_hash() {
  cat "$(rustc --print target-libdir --target wasm32-unknown-unknown)"/lib{core,std}-*.rlib | sha256
}

# Removes what was compiled with another build of the standard library. It cannot be linked with
# the present one, and cargo does not notice.
forget_other_std() {
  local dir std
  dir=$(target_dir)/wasm32-unknown-unknown
  std=$(wasm_std_hash)
  [ "$(cat "$dir/.std" 2>/dev/null)" = "$std" ] && return
  rm -rf "$dir"
  mkdir -p "$dir"
  printf '%s\n' "$std" >"$dir/.std"
}

# The cargo feature of a module, and the levels at which wasm-opt optimizes it. A second pass brings
# `relaxed` to a million bytes gzipped. `webgpu` is not optimized: that takes minutes, and most of
# its code only writes kernels.
module_feature() { case $1 in cpu) ;; *) printf '%s' "$1" ;; esac; }
module_levels() {
  case $1 in
    cpu) printf '%s' -O3 ;;
    relaxed) printf '%s' '-O3 -Os' ;;
  esac
}

# A hash of everything that a module is built from.
module_hash() { # NAME
  {
    inputs_hash src Cargo.toml Cargo.lock .cargo/config.toml scripts/modules.sh
    wasm_std_hash
    module_levels "$1"
  } | sha256 | cut -d' ' -f1
}

# The folder of a module that was built before, in this clone or another, from these inputs.
kept_module() { printf '%s/modules/%s-%s' "$cache_dir" "$1" "$2"; }

keep_module() { # NAME HASH
  local kept old
  kept=$(kept_module "$1" "$2")
  rm -rf "$kept" "$kept.new"
  mkdir -p "$cache_dir/modules"
  cp -R "www/src/engine/wasm/$1" "$kept.new"
  mv "$kept.new" "$kept"
  # Only the four newest are kept.
  for old in $(ls -td "$cache_dir/modules/$1-"* | tail -n +5); do rm -rf "$old"; done
}

# True if the module in www/src/engine/wasm is up to date. A module that was built before is copied there.
module_is_ready() { # NAME HASH
  local kept out=www/src/engine/wasm/$1
  stamp_holds "wasm-$1" "$2" "$out/rmlocnet_bg.wasm" && return
  kept=$(kept_module "$1" "$2")
  [ -e "$kept/rmlocnet_bg.wasm" ] || return
  stamp_clear "wasm-$1"
  rm -rf "$out"
  mkdir -p www/src/engine/wasm
  cp -R "$kept" "$out"
  stamp_write "wasm-$1" "$2"
}

# Removes modules that were built from other sources, because the page would use them.
forget_old_modules() {
  local name
  for name in cpu relaxed webgpu; do
    module_is_ready "$name" "$(module_hash "$name")" || rm -rf "www/src/engine/wasm/$name"
  done
}

# Compiles a module with the same cargo command that wasm-pack uses.
compile_module() { # NAME
  without_rustflags cargo build --quiet --lib --profile wasm --target wasm32-unknown-unknown \
    --no-default-features --features "$(module_feature "$1")"
}

# Compiles a module while wasm-bindgen and wasm-pack are still being installed.
compile_ahead() { # NAME
  module_is_ready "$1" "$(module_hash "$1")" && return
  forget_other_std
  compile_module "$1"
}

# optimise FILE [LEVEL...]: removes names and, for each level, optimizes the code once.
optimise() {
  local file=$1 features=(--enable-simd --enable-relaxed-simd --enable-bulk-memory
    --enable-nontrapping-float-to-int --enable-sign-ext --enable-mutable-globals
    --enable-reference-types --enable-multivalue)
  shift
  wasm-opt "$@" --strip-debug --strip-producers "${features[@]}" "$file" -o "$file.opt"
  mv "$file.opt" "$file"
}

# optimise_module NAME HASH: the last step of a build; the module is then up to date.
optimise_module() {
  local levels
  read -ra levels <<<"$(module_levels "$1")"
  optimise "www/src/engine/wasm/$1/rmlocnet_bg.wasm" ${levels[@]+"${levels[@]}"}
  keep_module "$1" "$2"
  stamp_write "wasm-$1" "$2"
}

# build_modules NAME...: builds each module in a folder of its own. One module is optimized while
# the next one is compiled, because the end of a compilation uses one core only.
build_modules() {
  local name hash job jobs=()
  for name in "$@"; do
    hash=$(module_hash "$name")
    module_is_ready "$name" "$hash" && continue
    stamp_clear "wasm-$name"
    say "Building the page's WebAssembly module $name (minutes the first time)."
    timed "module $name: compile and link" compile_ahead "$name"
    # This compiles nothing: cargo has just done it.
    without_rustflags wasm-pack --log-level error build --mode no-install --no-opt --profile wasm \
      --target web --out-dir "www/src/engine/wasm/$name" --out-name rmlocnet --no-pack \
      -- --quiet --no-default-features --features "$(module_feature "$name")"
    timed "module $name: wasm-opt" optimise_module "$name" "$hash" &
    jobs+=($!)
  done
  for job in ${jobs[@]+"${jobs[@]}"}; do wait "$job"; done
}
