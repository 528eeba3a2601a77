#!/usr/bin/env bash
# Counts the labels of an epoch, and how many classes the poorest batch has: a few say that the order is badly mixed.
#
# Usage: label-histogram.sh OPTIONS...
#
# OPTIONS are those of `cifar-pipe batch`: --data, --split, --labels, --batch-size, --min-after-dequeue, ... Needs jq.
set -euo pipefail

[[ $# -ge 1 ]] || { sed -n '4p' "$0" | cut -c 3- >&2; exit 64; }

# A line a batch with its labels; both labels of CIFAR-100 come as a pair.
cifar-pipe batch "$@" --preset raw --format jsonl --quiet |
  jq -r '[.labels[] | if type == "array" then map(tostring) | join("/") else tostring end] | join(" ")' |
  awk '
    {
      split("", seen)
      classes = 0
      for (i = 1; i <= NF; i++) { count[$i]++; classes += !seen[$i]++ }
      if (NR == 1 || classes < fewest) fewest = classes
      images += NF
    }
    END {
      for (label in count) if (count[label] > most) most = count[label]
      for (label in count) {
        bar = sprintf("%*s", 40 * count[label] / most, "")
        gsub(" ", "#", bar)
        printf "%6s %7d  %s\n", label, count[label], bar | "sort -V"
      }
      close("sort -V")
      printf "%d images in %d batches, at least %d classes in each\n", images, NR, fewest
    }'
