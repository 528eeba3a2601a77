#!/usr/bin/env bash
# A nightly check of a data set: silent while all is well, else a line for the mail and what was found.
#
# Usage: nightly-check.sh [DATA [LIST]]
#
#   DATA  a directory or archive; without it, what `cifar-pipe fetch` keeps
#   LIST  digests that sha256sum wrote when the data were known to be good: without it a changed pixel is found in the
#         official files alone
#
# cron mails what a job prints, so this goes into a crontab as it is:
#   17 3 * * *  nightly-check.sh /data/cifar-10-batches-bin /data/cifar.sha256
# The exit code is that of cifar-pipe, for whatever watches the job.
set -euo pipefail

[[ $# -le 2 && ${1-} != -* ]] || { sed -n '4p' "$0" | cut -c 3- >&2; exit 64; }

if [[ $# -eq 0 ]]; then
  check=(cifar-pipe cache verify)
else
  check=(cifar-pipe verify "$1")
fi
if [[ $# -eq 2 ]]; then check+=(--digests "$2"); fi

status=0
# Standard error has a line for each fault; the report about what is good is not needed.
findings=$("${check[@]}" --quiet 2>&1 >/dev/null) || status=$?

case $status in
0) exit ;;
65) word='damaged' ;;
66) word='missing, or not all there' ;;
74) word='unreadable: look at the disk' ;;
*) word="not checked, exit code $status" ;;
esac
printf 'CIFAR on %s: %s\n%s\n' "$(uname -n)" "$word" "$findings"
exit "$status"
