#!/usr/bin/env bash
# Compares the speed of two releases on this machine; exit code 1 if the new one is slower.
#
# Usage: compare-releases.sh OLD NEW OPTIONS...
#
# OLD and NEW are two cifar-pipe programs, OPTIONS those of `cifar-pipe bench`, such as --synthetic --threads 1,2. They
# run in turns, since a machine may be slower for a while, and only what is slower in each of three rounds counts: the
# first round without a regression ends the comparison.
set -euo pipefail

[[ $# -ge 2 ]] || { sed -n '4p' "$0" | cut -c 3- >&2; exit 64; }
old=$1 new=$2
shift 2

work=$(mktemp -d)
trap 'rm -r "$work"' EXIT

for round in 1 2 3; do
  "$old" bench "$@" --quiet --export-json "$work/old.json" --force >/dev/null
  status=0
  "$new" bench "$@" --compare "$work/old.json" >"$work/report" || status=$?
  printf 'round %d: ' "$round"
  # From the comparison to the end; the rest of the report is about the machine.
  sed -n '/^compared with/,$p' "$work/report" | sed "1s|$work/old.json|$old|"
  # Everything but "slower" is an answer or a failure, and repeating would not change it.
  [[ $status -eq 1 ]] || exit "$status"
done
exit 1
