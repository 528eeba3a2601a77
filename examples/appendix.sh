#!/usr/bin/env bash
# Five lines for a paper's appendix, with which others make sure that their network sees the same input.
#
# Usage: appendix.sh [--check FILE] OPTIONS...
#
# OPTIONS are those of your `cifar-pipe batch`, with its --seed. With --check nothing is printed but whether the digest
# is that of FILE, which this script has written, perhaps on another machine: exit code 1 if it is not.
set -euo pipefail

usage() { sed -n '4p' "$0" | cut -c 3- >&2; exit 64; }
published=
if [[ ${1-} == --check ]]; then
  published=${2-}
  [[ -r $published ]] || usage
  shift 2
fi
[[ " $* " == *' --seed'[\ =]* ]] || usage

# The digest comes twice, and messages only if something is wrong.
summary=$(cifar-pipe batch "$@" --shard none --format summary --digest --quiet 2> >(sed '/^sha256 /d' >&2))
member() { sed -n "s/.*\"$1\": \"\\{0,1\\}\\([^,\"}]*\\).*/\\1/p" <<<"$summary"; }
digest="sha256    $(member digest)"

if [[ -n $published ]]; then
  grep -qxF "$digest" "$published" && { printf '%s: the same bytes\n' "$published"; exit; }
  printf '%s: other bytes: %s\n' "$published" "$digest" >&2
  exit 1
fi
printf 'program   cifar-pipe %s\n' "$(cifar-pipe --version | head -n 1)"
printf 'command   cifar-pipe batch %s\n' "$*"
# The token names the data with their fingerprint, and every option with its value, defaults too.
printf 'settings  %s\n' "$(cifar-pipe token "$@" --shard none --at 0)"
printf 'delivers  %s images in %s batches\n' "$(member images)" "$(member batches)"
printf '%s\n' "$digest"
