#!/usr/bin/env bash
# Times our modules and those of other libraries in one browser; options go to benches/run.js.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

. scripts/common.sh
. scripts/tools.sh
. scripts/modules.sh
. scripts/build.sh

# Builds burn's own LSTM as a separate module, with the flags and features of our relaxed module.
build_burn_lstm() {
  local hash target
  hash=$(inputs_hash benches/burn-lstm .cargo/config.toml)
  stamp_holds burn-lstm "$hash" benches/.build/burn/burn_lstm_bg.wasm && return
  stamp_clear burn-lstm
  say "Compiling burn's nn::Lstm to compare with (minutes the first time)."
  # Most of its dependencies were compiled for our modules already.
  target=$(target_dir)
  without_rustflags env CARGO_TARGET_DIR="$target" CARGO_PROFILE_RELEASE_STRIP=debuginfo \
    wasm-pack --log-level error build --mode no-install --release --target web \
    --out-dir ../.build/burn --out-name burn_lstm --no-pack benches/burn-lstm
  stamp_write burn-lstm "$hash"
}

# Assembles the loops that measure the machine's peak, without any optimization.
assemble_peak() {
  local variant
  mkdir -p benches/.build/peak
  for variant in simd relaxed; do
    wasm-as --enable-simd --enable-relaxed-simd "benches/peak/$variant.wat" -o "benches/.build/peak/$variant.wasm"
  done
}

case " $* " in
  *" --help "* | *" -h "* | *" --markdown "*)
    ensure_node
    ensure_packages benches
    exec node benches/run.js "$@"
    ;;
esac
for measured in steady many; do
  case " $* " in *" --$measured "*) ;; *) continue ;; esac
  start_parts
  build_all
  ensure_packages benches
  ensure_chromium
  exec node "benches/$measured.js"
done
start_parts
build_all
ensure_packages benches
ensure_chromium
timed "burn's nn::Lstm" build_burn_lstm
assemble_peak
timed "benchmark" node benches/run.js "$@"
