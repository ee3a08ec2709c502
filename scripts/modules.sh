# shellcheck shell=bash
# The page's three WebAssembly modules; sourced after tools.sh.
#
# They are the same program with the same interface: `cpu` for every browser with SIMD; `relaxed`
# for those with relaxed SIMD, whose multiply-add is one instruction; `webgpu`, some four times as
# large.

# Flags from the environment would replace those in .cargo/config.toml, SIMD among them.
without_rustflags() { env -u RUSTFLAGS -u CARGO_ENCODED_RUSTFLAGS "$@"; }

# Where cargo builds, whatever sets it.
target_dir() {
  cargo metadata --format-version 1 --no-deps |
    node -p 'JSON.parse(require("fs").readFileSync(0, "utf8")).target_directory'
}

# The WebAssembly standard library that is installed: rustup's, or one made on this machine.
wasm_std_hash() {
  cat "$(rustc --print target-libdir --target wasm32-unknown-unknown)"/lib{core,std}-*.rlib | sha256
}

# What was compiled against another build of the same compiler's wasm library cannot be linked with
# this one; cargo does not notice.
forget_other_std() {
  local dir std
  dir=$(target_dir)/wasm32-unknown-unknown
  std=$(wasm_std_hash)
  [ "$(cat "$dir/.std" 2>/dev/null)" = "$std" ] && return
  rm -rf "$dir"
  mkdir -p "$dir"
  printf '%s\n' "$std" >"$dir/.std"
}

# What a module is called as one of cargo's features, and how wasm-opt shortens it. A second pass
# brings `relaxed` to a million bytes gzipped. Most of `webgpu` writes kernels, and optimizing it
# takes minutes.
module_feature() { case $1 in cpu) ;; *) printf '%s' "$1" ;; esac; }
module_levels() {
  case $1 in
    cpu) printf '%s' -O3 ;;
    relaxed) printf '%s' '-O3 -Os' ;;
  esac
}

# Everything that a module is made of.
module_hash() { # NAME
  {
    inputs_hash src Cargo.toml Cargo.lock .cargo/config.toml scripts/modules.sh
    wasm_std_hash
    module_levels "$1"
  } | sha256 | cut -d' ' -f1
}

# Modules that were built before, in this clone or another, by what they were made of.
kept_module() { printf '%s/modules/%s-%s' "$cache_dir" "$1" "$2"; }

keep_module() { # NAME HASH
  local kept old
  kept=$(kept_module "$1" "$2")
  rm -rf "$kept" "$kept.new"
  mkdir -p "$cache_dir/modules"
  cp -R "www/src/wasm/$1" "$kept.new"
  mv "$kept.new" "$kept"
  # The four newest stay.
  for old in $(ls -td "$cache_dir/modules/$1-"* | tail -n +5); do rm -rf "$old"; done
}

# The module is what the sources give, after what was built before has been looked for.
module_is_ready() { # NAME HASH
  local kept out=www/src/wasm/$1
  stamp_holds "wasm-$1" "$2" "$out/rmlocnet_bg.wasm" && return
  kept=$(kept_module "$1" "$2")
  [ -e "$kept/rmlocnet_bg.wasm" ] || return
  stamp_clear "wasm-$1"
  rm -rf "$out"
  mkdir -p www/src/wasm
  cp -R "$kept" "$out"
  stamp_write "wasm-$1" "$2"
}

# Removes modules of other sources: the page would take them for its own.
forget_old_modules() {
  local name
  for name in cpu relaxed webgpu; do
    module_is_ready "$name" "$(module_hash "$name")" || rm -rf "www/src/wasm/$name"
  done
}

# The command that compiles a module; wasm-pack gives cargo the same one.
compile_module() { # NAME
  without_rustflags cargo build --quiet --lib --profile wasm --target wasm32-unknown-unknown \
    --no-default-features --features "$(module_feature "$1")"
}

# Before the programs that make a module of it are there.
compile_ahead() { # NAME
  module_is_ready "$1" "$(module_hash "$1")" && return
  forget_other_std
  compile_module "$1"
}

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

# optimise_module NAME HASH: the last step; from then on the module is ready.
optimise_module() {
  local levels
  read -ra levels <<<"$(module_levels "$1")"
  optimise "www/src/wasm/$1/rmlocnet_bg.wasm" ${levels[@]+"${levels[@]}"}
  keep_module "$1" "$2"
  stamp_write "wasm-$1" "$2"
}

# build_modules NAME...: in folders of their own. Optimizing a module goes on behind the compiling
# of the next one, which ends on one core.
build_modules() {
  local name hash job jobs=()
  for name in "$@"; do
    hash=$(module_hash "$name")
    module_is_ready "$name" "$hash" && continue
    stamp_clear "wasm-$name"
    say "Building the page's WebAssembly module $name (minutes the first time)."
    timed "module $name: compile and link" compile_ahead "$name"
    # Compiles nothing more: cargo has just done it.
    without_rustflags wasm-pack --log-level error build --mode no-install --no-opt --profile wasm \
      --target web --out-dir "www/src/wasm/$name" --out-name rmlocnet --no-pack \
      -- --quiet --no-default-features --features "$(module_feature "$name")"
    timed "module $name: wasm-opt" optimise_module "$name" "$hash" &
    jobs+=($!)
  done
  for job in ${jobs[@]+"${jobs[@]}"}; do wait "$job"; done
}
