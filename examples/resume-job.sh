#!/usr/bin/env bash
# A long run as a chain of jobs under a time limit: each goes on exactly where the one before it was stopped.
#
# Usage: resume-job.sh TOKEN-FILE CONSUMER OPTIONS...
#
# CONSUMER is a command for the shell that reads batches to the end of its input and then has saved what it did;
# OPTIONS are those of `cifar-pipe batch`, with --epochs. A SIGTERM ends the job in an orderly way: no further batch is
# begun, the consumer gets all that were, and TOKEN-FILE says where the next job goes on. A consumer that takes nothing
# for two seconds then may find the last one cut; it drops that, and the next job brings it whole.
# Exit code 0: the run is over; 75: start me again. Under Slurm the job queues itself again:
#   sbatch --time=60 --signal=B:TERM@60 --requeue --open-mode=append --wrap \
#     "exec resume-job.sh token 'python3 train.py' --data cifar --epochs 90 --format npy"
# Anywhere else:
#   until timeout 3600 resume-job.sh token ...; do [[ $? == 124 ]] || exit; done
# A consumer that may be killed itself keeps the position in its own checkpoints instead, see CHECKPOINTS in
# cifar-pipe-batch(1).
set -euo pipefail

[[ $# -ge 2 ]] || { sed -n '4p' "$0" | cut -c 3- >&2; exit 64; }
token=$1 consumer=$2
shift 2
if [[ -e $token ]]; then set -- "$@" --resume "$(<"$token")"; fi

work=$(mktemp -d)
trap 'rm -r "$work"' EXIT
mkfifo "$work/batches"

# Some senders of the signal reach all processes of the job. The consumer does not take it, because it ends by the end
# of its input; cifar-pipe gets it from here alone, because a second one would end it at once.
producer='' asked=''
stop() {
  trap '' TERM INT
  asked=yes
  if [[ -n $producer ]]; then kill -TERM "$producer" 2>/dev/null || true; fi
}
trap stop TERM INT
(trap '' TERM INT && exec bash -c "$consumer" <"$work/batches") &
reader=$!
setsid cifar-pipe batch "$@" --token-file "$work/token" >"$work/batches" &
producer=$!
# The signal may have come before there was anybody to pass it on to.
if [[ -n $asked ]]; then stop; fi

# Sets `code` to that of a process; a signal that is handled here ends a wait too early.
finish() {
  local before
  while before=$asked code=0; do
    wait "$1" || code=$?
    [[ $asked != "$before" ]] || return 0
  done
}

finish "$producer"
produced=$code
finish "$reader"
[[ $code -eq 0 ]] || { printf 'the consumer has failed; %s stays as it was\n' "$token" >&2; exit "$code"; }
# Only now: what this job has done is saved.
if [[ -e $work/token ]]; then mv "$work/token" "$token"; fi
# 143 is the end by SIGTERM.
[[ $produced -eq 143 ]] || exit "$produced"
if [[ -n ${SLURM_JOB_ID-} ]]; then scontrol requeue "$SLURM_JOB_ID"; fi
exit 75
