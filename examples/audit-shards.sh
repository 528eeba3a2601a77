#!/usr/bin/env bash
# Audits what N processes of a training receive together: every batch of the epoch once, with the same bytes.
#
# Usage: audit-shards.sh N OPTIONS...
#
# OPTIONS are those of your `cifar-pipe batch`, with its --seed. Each batch is compared by its number, its labels, its
# records and the digest of its images. Exit code 1 if a batch is missing, comes twice or is another one.
set -euo pipefail

[[ ${1-} =~ ^[1-9][0-9]*$ ]] || { sed -n '4p' "$0" | cut -c 3- >&2; exit 64; }
processes=$1
shift

work=$(mktemp -d)
trap 'rm -r "$work"' EXIT

cifar-pipe batch "$@" --format jsonl --shard none | sort >"$work/whole"
for ((process = 0; process < processes; process++)); do
  cifar-pipe batch "$@" --format jsonl --shard "$process/$processes" --uneven keep
done | sort >"$work/union"

missing=$(comm -23 "$work/whole" "$work/union" | wc -l)
surplus=$(comm -13 "$work/whole" "$work/union" | wc -l)
twice=$(uniq -d "$work/union" | wc -l)
printf '%d batches in %d shards: %d missing, %d twice, %d of another order\n' \
  "$(wc -l <"$work/whole")" "$processes" "$missing" "$twice" $((surplus - twice))
cmp -s "$work/whole" "$work/union"
