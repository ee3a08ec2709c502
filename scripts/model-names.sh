# shellcheck shell=bash
# The names of the models, in the order of their cards; sourced, not run.
# shellcheck disable=SC2034 # the scripts that source it use it
model_names=(human-mirna human-mirna-without-293m8 human-snorna human-lncrna human-mrna
  all-species-mirna all-species-snorna all-species-lncrna all-species-mrna)
