#!/usr/bin/env bash
# models/README.md and models/index.json, out of the model files themselves.
#
#   scripts/model-cards.sh [RMLOCNET]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
rmlocnet=${1:-${CARGO_TARGET_DIR:-target}/release/rmlocnet}

files=()
for name in human-mrna human-mirna human-snorna human-lncrna \
  all-species-mrna all-species-mirna all-species-snorna all-species-lncrna; do
  file=models/$name.safetensors
  if [ -f "$file" ]; then files+=("$file"); fi
done

{
  cat scripts/models-intro.md
  for file in "${files[@]}"; do
    echo
    "$rmlocnet" info "$file" --card
  done
} >models/README.md

for file in "${files[@]}"; do "$rmlocnet" info "$file"; done | node -e '
  const text = require("fs").readFileSync(0, "utf8");
  const infos = text.split(/\n(?=\{\n)/).map((part) => JSON.parse(part));
  const plural = { human: "Human", "all species": "All species’" };
  const models = infos.map((info) => ({
    name: info.name,
    file: `${info.name}.safetensors`,
    rna_class: info.rna_class,
    species: info.species,
    compartments: info.compartments,
    summary: `${plural[info.species]} ${info.rna_class}s: ${info.compartments.length} compartments, ` +
      `learnt from ${info.training.records} RNAs`,
  }));
  process.stdout.write(JSON.stringify({ models }, null, 2) + "\n");
' >models/index.json
