#!/usr/bin/env bash
# Prints the table of models/PANEL.md: what every model predicts for textbook RNAs, right or wrong.
#
#   scripts/panel.sh [FASTA...]
#
# The short RNAs are in models/panel.fa, and two messenger RNAs and two lncRNAs among the examples of
# the page. You can supply more long RNAs as FASTA, under these names:
#   MALAT1 (NR_002819), NEAT1 (NR_028272), XIST (NR_001564): nucleus
#   ACTB (NM_001101), GAPDH (NM_002046): cytoplasm, and ribosomes
#   SNORD3A, the snoRNA U3 (NR_006880): nucleolus
# RMLOCNET_CLI names the program if it is not target/release/rmlocnet.
set -euo pipefail
here=$(dirname "${BASH_SOURCE[0]}")/..
rmlocnet=${RMLOCNET_CLI:-${CARGO_TARGET_DIR:-$here/target}/release/rmlocnet}
examples=$here/www/src/content/examples
echo '| RNA | nt | model | called | most probable | warnings |'
echo '|---|---|---|---|---|---|'
for model in "$here"/models/*.safetensors; do
  name=$(basename "$model" .safetensors)
  for file in "$here/models/panel.fa" "$examples/mrna.fa" "$examples/lncrna.fa" "$@"; do
    "$rmlocnet" predict --model "$model" --device cpu "$file" 2>/dev/null || [ $? -eq 1 ]
  done | awk -F '\t' -v model="$name" '
    /^#/ { next }
    $1 == "id" {
      for (i = 1; i <= NF; i++) if ($i == "compartments") called = i
      for (i = 3; i < called; i++) names[i] = $i
      next
    }
    {
      best = 3
      for (i = 4; i < called; i++) if ($i > $best) best = i
      printf "| %s | %d | %s | %s | %s %.2f | %s |\n", $1, $2, model, $called, names[best], $best, $NF
    }'
done
