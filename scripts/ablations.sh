#!/usr/bin/env bash
# Prints the tables of models/ABLATIONS.md: evaluations with one setting changed at a time.
#
#   scripts/ablations.sh DATA_DIR [SEEDS] [SET...]
#
# DATA_DIR holds SET.fa.gz for each set. SET:presets prints the two presets of a set only; this is
# the default for the all-species sets, which contain the human ones. RMLOCNET_CLI names the program
# if it is not target/release/rmlocnet.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

data=${1:?usage: scripts/ablations.sh DATA_DIR [SEEDS] [SET...]}
seeds=${2:-2}
shift $(($# < 2 ? $# : 2))
sets=("${@:-}")
[ -n "${sets[0]}" ] || sets=(human-mirna human-snorna all-species-mirna:presets all-species-snorna:presets)
program=${RMLOCNET_CLI:-target/release/rmlocnet}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# Name of the row, then its line of TOML. The row of the paper's preset has no TOML.
rows() {
  cat <<'ROWS'
as it is|
the paper's preset|
GeneticSeq2Vec as written|embedding_mode = "as-written"
random start|embedding_mode = "random"
3-mers only|summed_k = false
no LSTM|recurrence = "none"
one direction|bidirectional = false
mean of the steps|pooling = "mean"
last steps|pooling = "last"
shared attention|attention_heads = "shared"
no joined composition|joined_features = false
no prior bias|label_prior_bias = false
no average of weights|weight_averaging = 0.0
start-max|length_setting = "start-max"
start-average|length_setting = "start-average"
end-average|length_setting = "end-average"
start-min|length_setting = "start-min"
end-min|length_setting = "end-min"
ROWS
}

for set in "${sets[@]}"; do
  some=$(rows | wc -l)
  case $set in *:presets) some=2 ;; esac
  set=${set%:presets}
  printf '\n### %s-tuned\n\n' "$set"
  echo '| changed | average precision | accuracy | coverage | ranking loss | one-error | AUROC |'
  echo '|---|---|---|---|---|---|---|'
  rows | head -n "$some" | while IFS='|' read -r name setting; do
    preset=$set-tuned
    if [ "$name" = "the paper's preset" ]; then preset=$set-paper; fi
    printf '%s\n' "$setting" >"$folder/ablation.toml"
    "$program" evaluate --data "$data/$set.fa.gz" --preset "$preset" --config "$folder/ablation.toml" \
      --protocol paper --seeds "$seeds" --no-baselines --json 2>/dev/null </dev/null |
      node -e '
        const report = JSON.parse(require("fs").readFileSync(0, "utf8"));
        const keys = ["average_precision", "accuracy", "coverage", "ranking_loss", "one_error", "auroc"];
        console.log(`| ${process.argv[1]} | ${keys.map((key) => report[key].toFixed(3)).join(" | ")} |`);
      ' "$name"
  done
done
