#!/usr/bin/env bash
# Delivers batches with the fewest threads and the least memory that keep a trainer busy on this machine.
#
# Usage: tuned-job.sh STEP-TIME OPTIONS... -- OPTIONS...
#
# STEP-TIME is how long the trainer takes for a batch, such as 12ms. The first options say what a batch is, and are for
# the trial as well; the second ones how many of them, and where to:
#   tuned-job.sh 12ms --data cifar --preset torch -- --seed 1 --epochs 90 --format npy | python3 train.py
# The rest of the processors is the trainer's. Threads and capacity change no byte, so another machine may choose
# otherwise and deliver the same. Where nothing keeps the trainer busy, the usual options are taken. Needs jq.
set -euo pipefail

shape=()
[[ $# -ge 1 ]] || { sed -n '4p' "$0" | cut -c 3- >&2; exit 64; }
step=$1
shift
while [[ $# -gt 0 && $1 != -- ]]; do shape+=("$1"); shift; done
shift || true

status=0
report=$(cifar-pipe bench --tune --step-time "$step" "${shape[@]}" --quiet --json) || status=$?
# 1 says that nothing is enough.
[[ $status -le 1 ]] || exit "$status"
read -ra choice < <(jq -r '.tune.choice.options // empty' <<<"$report") || true
printf 'steps of %s: %s\n' "$step" "${choice[*]:-nothing feeds this trainer, the usual options}" >&2

exec cifar-pipe batch "${shape[@]}" "${choice[@]}" "$@"
