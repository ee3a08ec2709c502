#!/usr/bin/env bash
# Makes the models in models/ from the labelled sets: evaluates, trains on all RNAs, and writes the
# cards.
#
#   scripts/models.sh DATA_DIR [NAME...]
#
# DATA_DIR holds NAME.fa.gz, labelled FASTA, for each name in scripts/model-names.sh. An interrupted run
# is continued. SEEDS (5 by default) is the number of repetitions for sets of short RNAs and for human
# mRNA.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

if [ $# -lt 1 ]; then
  sed -n '2,10s/^# \{0,1\}//p' "$0"
  exit 2
fi
data=$1
shift
. scripts/model-names.sh
names=("$@")
if [ ${#names[@]} -eq 0 ]; then names=("${model_names[@]}"); fi
seeds=${SEEDS:-5}
rmlocnet=${RMLOCNET_CLI:-}
if [ -z "$rmlocnet" ]; then
  cargo build --release
  rmlocnet=${CARGO_TARGET_DIR:-target}/release/rmlocnet
fi
work=${WORK:-${XDG_CACHE_HOME:-$HOME/.cache}/rmlocnet/evaluations}
mkdir -p models/evaluation

# Protocol, folds and repetitions of a set. Training on thousands of long RNAs takes minutes on two
# processors, so these sets have fewer; human mRNA has its own split, and one network each seed. The split of all-species mRNA
# is not used, because its training part lacks three of the compartments.
evaluations_of() {
  case $1 in
    human-mrna) echo "holdout - $seeds" ;;
    all-species-mrna | all-species-lncrna) echo "strict 5 1" ;;
    human-lncrna) echo "paper 10 2" ;;
    *) printf '%s\n' "paper 10 $seeds" "strict 10 $seeds" ;;
  esac
}

# More options for the training on all RNAs. A network of messenger RNAs is trained within half a minute,
# so all RNAs train, and two more networks choose the thresholds.
training_of() {
  case $1 in
    *-mrna) echo "--inner 0" ;;
  esac
}

# The labelled set of a model. A model without one study has the set of another model, but for the
# records with that study's mark in their IDs.
set_of() {
  local whole=$data/${1%-without-*}.fa.gz mark=${1##*-without-}
  if [ "$mark" = "$1" ]; then
    printf '%s' "$whole"
    return
  fi
  gzip -dc "$whole" | awk -v mark="$mark" '/^>/ { keep = !index($0, mark) } keep' | gzip -n >"$folder/$1.fa.gz"
  printf '%s' "$folder/$1.fa.gz"
}

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
for name in "${names[@]}"; do
  reports=()
  set=$(set_of "$name")
  preset=${name%-without-*}
  while read -r protocol folds repetitions; do
    report=models/evaluation/$name-$protocol.json
    echo "== $name, $protocol" >&2
    options=(--protocol "$protocol")
    [ "$folds" = - ] || options+=(--folds "$folds")
    "$rmlocnet" evaluate --data "$set" --preset "$preset" "${options[@]}" \
      --seeds "$repetitions" --shuffled --json --work "$work" --resume >"$report.new" </dev/null
    mv "$report.new" "$report"
    reports+=(--evaluation "$report")
  done < <(evaluations_of "$name")
  "$rmlocnet" train --data "$set" --preset "$preset" --all-data $(training_of "$name") \
    "${reports[@]}" --device cpu --output "models/$name.safetensors"
done

scripts/model-cards.sh "$rmlocnet"
scripts/examples.sh "$rmlocnet"
scripts/examples.sh "$rmlocnet"
