#!/usr/bin/env bash
# Prints the tables of models/ABLATIONS.md: evaluations with one setting changed at a time.
#
#   scripts/ablations.sh DATA_DIR [SEEDS] [SET...]
#
# DATA_DIR holds SET.fa.gz for each set. SET:presets prints the two presets of a set only; this is
# the default for the all-species sets, which contain the human ones. SET:messages prints what
# matters for messenger RNAs, by the split that the set names. RMLOCNET_CLI names the program if it is
# not target/release/rmlocnet.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

data=${1:?usage: scripts/ablations.sh DATA_DIR [SEEDS] [SET...]}
seeds=${2:-2}
shift $(($# < 2 ? $# : 2))
sets=("${@:-}")
[ -n "${sets[0]}" ] || sets=(human-mirna human-snorna all-species-mirna:presets all-species-snorna:presets human-mrna:messages)
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


# The same for messenger RNAs; a semicolon separates lines of TOML.
message_rows() {
  cat <<'ROWS'
as it is|
no LSTM|recurrence = "none"
tail kept|poly_a = "keep"
composition instead of regions|joined_regions = false
nothing joined|joined_features = false; joined_regions = false; joined_units = 0
no hidden layer for what is joined|joined_units = 0
reads 300 nt|length_limit = 300
reads 1,500 nt|length_limit = 1500
reads the last 1,500 nt|reading = "one-end"; length_setting = "start-max"; length_limit = 1500
ROWS
}

# print_row NAME KEYS: the row of the report on standard input.
print_row() {
  node -e '
    const report = JSON.parse(require("fs").readFileSync(0, "utf8"));
    const value = (key) => key.split(".").reduce((found, part) => found[part], report);
    const cells = process.argv[2].split(" ").map((key) => value(key).toFixed(3));
    console.log(`| ${process.argv[1]} | ${cells.join(" | ")} |`);
  ' "$1" "$2"
}

measures="average_precision accuracy coverage ranking_loss one_error auroc"

for set in "${sets[@]}"; do
  kind=${set#*:}
  set=${set%%:*}
  list=rows
  keys=$measures
  titles='average precision | accuracy | coverage | ranking loss | one-error | AUROC'
  protocol=paper
  some=$(rows | wc -l)
  case $kind in
    presets) some=2 ;;
    messages)
      list=message_rows
      some=$(message_rows | wc -l)
      keys="average_precision aurocs.values.all aurocs.values.judged aurocs.values.within_source"
      titles='average precision | AUROC | AUROC of judged compartments | AUROC within source'
      protocol=holdout
      ;;
  esac
  printf '\n### %s-tuned\n\n' "$set"
  echo "| changed | $titles |"
  echo "|---|${keys//[^ ]/}" | sed 's/ /---|/g; s/$/---|/'
  $list | head -n "$some" | while IFS='|' read -r name setting; do
    preset=$set-tuned
    if [ "$name" = "the paper's preset" ]; then preset=$set-paper; fi
    tr ';' '\n' <<<"$setting" >"$folder/ablation.toml"
    "$program" evaluate --data "$data/$set.fa.gz" --preset "$preset" --config "$folder/ablation.toml" \
      --protocol "$protocol" --seeds "$seeds" --no-baselines --json 2>/dev/null </dev/null |
      print_row "$name" "$keys"
  done
done
