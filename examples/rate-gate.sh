#!/usr/bin/env bash
# A gate for continuous integration: exit code 1 if the input pipeline is slower than RATE images a second, twice.
#
# Usage: rate-gate.sh RATE OPTIONS...
#
# RATE is what the trainers need, with room to spare; OPTIONS are those of `cifar-pipe bench`, such as
# --synthetic --preset torch --threads 2. A second try tells a slow pipeline from a machine that was busy. On GitHub
# the report appears with the job; elsewhere it goes to standard output.
set -euo pipefail

[[ $# -ge 1 ]] || { sed -n '4p' "$0" | cut -c 3- >&2; exit 64; }
rate=$1
shift

work=$(mktemp -d)
trap 'rm -r "$work"' EXIT

for try in 1 2; do
  status=0
  # The exit code stands for the answer, and the report is written whatever it is.
  cifar-pipe bench "$@" --min-rate "$rate" --quiet --export-markdown "$work/$try.md" >/dev/null || status=$?
  [[ $status -eq 1 ]] || break
done
if [[ -e $work/$try.md ]]; then cat "$work/$try.md" >>"${GITHUB_STEP_SUMMARY:-/dev/stdout}"; fi
exit "$status"
