#!/usr/bin/env bash
# Feeds several trainers with one pipeline: the batches are made once, and all get the same ones.
#
# Usage: feed-trainers.sh OPTIONS... -- COMMAND COMMAND...
#
# For a search over learning rates, say, of which each COMMAND is one, as a single word for the shell:
#   feed-trainers.sh --data cifar --preset torch --seed 1 --epochs 10 --format npy --epoch-marks -- \
#     'python3 train.py --rate 0.1' 'python3 train.py --rate 0.2' 'python3 train.py --rate 0.4'
# The slowest of them sets the pace. One that ends early is left out, and the others go on; at the end the exit code is
# 1 if any has failed, or that of cifar-pipe. A reader that must tell the end of the data from a broken producer needs
# --epoch-marks or --frames.
set -euo pipefail

options=()
while [[ $# -gt 0 && $1 != -- ]]; do options+=("$1"); shift; done
[[ $# -ge 2 ]] || { sed -n '4p' "$0" | cut -c 3- >&2; exit 64; }
shift

work=$(mktemp -d)
trap 'rm -r "$work"' EXIT

pipes=() trainers=()
for command in "$@"; do
  pipe=$work/${#pipes[@]}
  mkfifo "$pipe"
  bash -c "$command" <"$pipe" &
  pipes+=("$pipe") trainers+=($!)
done

status=0
# -p: a trainer that has gone away is no reason to stop.
cifar-pipe batch "${options[@]}" | tee -p "${pipes[@]}" >/dev/null || status=$?

for trainer in "${trainers[@]}"; do
  code=0
  wait "$trainer" || code=$?
  [[ $code -eq 0 ]] || printf 'failed with %d: %s\n' "$code" "$1" >&2
  [[ $code -eq 0 || $status -ne 0 ]] || status=1
  shift
done
exit "$status"
