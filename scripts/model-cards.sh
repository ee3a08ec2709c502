#!/usr/bin/env bash
# Writes models/README.md and models/index.json from the model files.
#
#   scripts/model-cards.sh [PROGRAM]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
rmlocnet=${1:-${CARGO_TARGET_DIR:-target}/release/rmlocnet}

. scripts/model-names.sh
files=()
for name in "${model_names[@]}"; do
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
  const precision = ({ training }, protocol) => {
    const { measures } = training.evaluations.find((evaluation) => evaluation.protocol === protocol);
    return `${measures.average_precision.toFixed(3)} on its ${training.records} RNAs`;
  };
  // Both figures of a model that is offered beside another one, from evaluations of the same protocol.
  const choice = (info) => {
    const other = infos.find(({ name }) => name === info.alternative_to);
    return other
      ? `. A choice beside ${other.name}, not a better one: average precision ${precision(info, info.figures.protocol)}, ` +
          `that of ${other.name} ${precision(other, info.figures.protocol)}`
      : "";
  };
  const models = infos.map((info) => {
    const { name, rna_class, species, compartments, figures } = info;
    const summary = info.summary + choice(info);
    return { name, file: `${name}.safetensors`, rna_class, species, compartments, summary, figures };
  });
  process.stdout.write(JSON.stringify({ models }, null, 2) + "\n");
' >models/index.json
