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
  const properties = ["prior", "length", "organism", "source", "spelling", "tail"];
  const titles = Object.fromEntries(properties.map((name) => [name, `${name} only`]));
  const plural = { human: "Human", "all species": "All species’" };
  // What does better than the network, if anything: the list says so.
  const better = (info) => {
    const [first] = info.training.evaluations ?? [];
    const rows = Object.entries(first?.baselines ?? {});
    const [name, row] = rows.reduce((best, row) =>
      row[1].measures.average_precision > (best[1]?.measures.average_precision ?? -1) ? row : best, []);
    return row && row.measures.average_precision > first.measures.average_precision
      ? `. For teaching only: a baseline (${titles[name] ?? name.replace("_", " ")}) does better`
      : "";
  };
  const precision = (info) =>
    `${info.training.evaluations[0].measures.average_precision.toFixed(3)} on its ${info.training.records} RNAs`;
  // Both figures of a model that is offered beside another one.
  const choice = (info) => {
    const other = infos.find(({ name }) => name === info.alternative_to);
    return other
      ? `. A choice beside ${other.name}, not a better one: average precision ${precision(info)}, ` +
          `that of ${other.name} ${precision(other)}`
      : "";
  };
  const models = infos.map((info) => ({
    name: info.name,
    file: `${info.name}.safetensors`,
    rna_class: info.rna_class,
    species: info.species,
    compartments: info.compartments,
    summary: `${plural[info.species]} ${info.rna_class}s: ${info.compartments.length} compartments, ` +
      `learnt from ${info.training.records} RNAs${better(info)}${choice(info)}`,
  }));
  process.stdout.write(JSON.stringify({ models }, null, 2) + "\n");
' >models/index.json
