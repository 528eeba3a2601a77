#!/usr/bin/env bash
# Trains as several processes of torchrun, on this machine or on several.
#
# Usage: train.torchrun.sh PROCESSES OPTIONS...
#
# OPTIONS are those of train_torch.py, such as --synthetic. On several machines the same command runs on each, with the
# address of one of them and how many they are:
#   MASTER=10.0.0.1 MACHINES=4 train.torchrun.sh 8 --checkpoint /shared/checkpoint.pt /shared/cifar-10-batches-bin
set -euo pipefail

[[ ${1-} =~ ^[1-9][0-9]*$ ]] || { sed -n '4p' "$0" | cut -c 3- >&2; exit 64; }
processes=$1
shift

where=(--standalone)
if [[ -n ${MASTER-} ]]; then
  where=(--nnodes "${MACHINES:?how many machines there are}" --rdzv-backend c10d --rdzv-endpoint "$MASTER:29500")
fi

# Each process finds RANK and WORLD_SIZE in its environment, and the loader in it takes its batches of the one global
# order by them: nothing has to be told. All processes have the same seed, a constant of train_torch.py.
# The processors of a machine are divided: by default each loader would take all of them.
threads=$(($(nproc) / processes))
exec torchrun "${where[@]}" --nproc-per-node "$processes" \
  "$(dirname "$0")/../train_torch.py" --threads $((threads > 0 ? threads : 1)) "$@"
