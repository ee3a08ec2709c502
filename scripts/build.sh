# shellcheck shell=bash
# Builds the command line and the page; sourced after modules.sh.

cli_path() { printf '%s/release/rmlocnet\n' "$(target_dir)"; }

# Cargo itself sees within a second that there is nothing to do.
build_cli() { cargo build --release --bin rmlocnet; }

build_page() {
  local hash
  forget_old_modules
  hash=$(inputs_hash www models)
  stamp_holds dist "$hash" www/dist/index.html && return
  stamp_clear dist
  say "Building the page."
  # Built in another folder and then moved, because the old page may be served meanwhile.
  (cd www && npm run --silent build -- --logLevel warn --outDir dist.new --emptyOutDir)
  rm -rf www/dist.old
  if [ -e www/dist ]; then mv www/dist www/dist.old; fi
  mv www/dist.new www/dist
  rm -rf www/dist.old
  stamp_write dist "$hash"
}

# build_small_page FOLDER: builds FOLDER/dist, the page with the module cpu only.
build_small_page() {
  local copy=$1/small/www
  mkdir -p "$copy"
  ln -s "$PWD/models" "$PWD/CITATION.cff" "$PWD/Cargo.toml" "$1/small/"
  ln -s "$PWD/www/node_modules" "$copy/node_modules"
  cp -R www/index.html www/package.json www/vite.config.js www/about.js www/public www/src "$copy/"
  rm -rf "$copy/src/engine/wasm/relaxed" "$copy/src/engine/wasm/webgpu"
  (cd "$copy" && npm run --silent build -- --logLevel warn --outDir "$1/dist" --emptyOutDir)
}

# build_pages FOLDER MODULE...: builds the page with these modules, and the small page in FOLDER.
build_pages() {
  local folder=$1
  shift
  build_modules "$@"
  timed "page" build_page
  timed "page with the module cpu alone" build_small_page "$folder"
}

ensure_page_tools() {
  ensure_wasm_opt
  ensure_packages www
}

# Installs the standard library for WebAssembly and, if a module is named, compiles that module.
ensure_wasm_code() { # [MODULE]
  timed "WebAssembly standard library" ensure_wasm_target
  if [ $# -gt 0 ]; then timed "module $1: compile and link" compile_ahead "$1"; fi
}

# ensure_build_tools [MODULE]: installs what the build and the checks need. The programs are
# compiled at the same time as the standard library and as the module that is needed first.
ensure_build_tools() {
  local code
  ensure_rust
  ensure_node
  ensure_wasm_code "$@" &
  code=$!
  timed "wasm-bindgen and wasm-pack" ensure_wasm_programs
  timed "wasm-opt and the page's packages" ensure_page_tools
  wait "$code"
}

# add_module NAME: builds a module and adds it to the page.
add_module() {
  build_modules "$1"
  timed "page with module $1" build_page
}

build_all() {
  ensure_build_tools
  timed "command line" build_cli
  build_modules cpu relaxed webgpu
  timed "page" build_page
  say "Built: $(cli_path) and www/dist."
}
