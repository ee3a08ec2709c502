#!/usr/bin/env bash
# The models that ship, from the labelled sets: evaluates each method, trains on everything,
# writes the cards.
#
#   scripts/models.sh DATA_DIR [NAME...]
#
# DATA_DIR holds NAME.fa.gz, labelled FASTA, for each of the eight names below. An interrupted run
# goes on where it stopped. SEEDS (5) repetitions of every evaluation of short RNAs; long ones have fewer.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

if [ $# -lt 1 ]; then
  sed -n '2,9s/^# \{0,1\}//p' "$0"
  exit 2
fi
data=$1
shift
names=("$@")
if [ ${#names[@]} -eq 0 ]; then
  names=(human-mrna human-mirna human-snorna human-lncrna
    all-species-mrna all-species-mirna all-species-snorna all-species-lncrna)
fi
seeds=${SEEDS:-5}
rmlocnet=${RMLOCNET_CLI:-}
if [ -z "$rmlocnet" ]; then
  cargo build --release
  rmlocnet=${CARGO_TARGET_DIR:-target}/release/rmlocnet
fi
work=${WORK:-${XDG_CACHE_HOME:-$HOME/.cache}/rmlocnet/evaluations}
mkdir -p models/evaluation

# Protocol, folds and repetitions. A network for thousands of long RNAs takes two processors minutes
# to train, so these have fewer; human mRNA brings its own split, and that of all-species mRNA
# teaches nothing of three compartments.
evaluations_of() {
  case $1 in
    human-mrna) echo "holdout - 1" ;;
    all-species-mrna | all-species-lncrna) echo "strict 5 1" ;;
    human-lncrna) echo "paper 10 2" ;;
    *) printf '%s\n' "paper 10 $seeds" "strict 10 $seeds" ;;
  esac
}

for name in "${names[@]}"; do
  reports=()
  while read -r protocol folds repetitions; do
    report=models/evaluation/$name-$protocol.json
    echo "== $name, $protocol" >&2
    options=(--protocol "$protocol")
    [ "$folds" = - ] || options+=(--folds "$folds")
    "$rmlocnet" evaluate --data "$data/$name.fa.gz" --preset "$name" "${options[@]}" \
      --seeds "$repetitions" --shuffled --json --work "$work" --resume >"$report.new" </dev/null
    mv "$report.new" "$report"
    reports+=(--evaluation "$report")
  done < <(evaluations_of "$name")
  "$rmlocnet" train --data "$data/$name.fa.gz" --preset "$name" --all-data "${reports[@]}" \
    --device cpu --output "models/$name.safetensors"
done

scripts/model-cards.sh "$rmlocnet"
