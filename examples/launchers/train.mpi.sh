#!/usr/bin/env bash
# Trains as several processes of Open MPI.
#
# Usage: train.mpi.sh PROCESSES [MPIRUN-OPTIONS... --] OPTIONS...
#
# OPTIONS are those of train_torch.py. On several machines, whose first one this is:
#   train.mpi.sh 16 --hostfile hosts -- --checkpoint /shared/checkpoint.pt /shared/cifar-10-batches-bin
set -euo pipefail

[[ ${1-} =~ ^[1-9][0-9]*$ ]] || { sed -n '4p' "$0" | cut -c 3- >&2; exit 64; }
processes=$1
shift
launcher=()
for word in "$@"; do
  if [[ $word == -- ]]; then
    while [[ $1 != -- ]]; do launcher+=("$1"); shift; done
    shift
    break
  fi
done

MASTER_ADDR=$(uname -n)
export MASTER_ADDR MASTER_PORT=${MASTER_PORT:-29500}
program=$(realpath "$(dirname "$0")/../train_torch.py")
export program

# The loader finds OMPI_COMM_WORLD_RANK and OMPI_COMM_WORLD_SIZE by itself; RANK and WORLD_SIZE, which say the same, are
# for PyTorch. --bind-to none: otherwise all threads of a process share one core.
# shellcheck disable=SC2016 # Each process expands its own variables.
exec mpirun -n "$processes" --bind-to none -x MASTER_ADDR -x MASTER_PORT -x program "${launcher[@]}" bash -c '
  export RANK=$OMPI_COMM_WORLD_RANK WORLD_SIZE=$OMPI_COMM_WORLD_SIZE LOCAL_RANK=$OMPI_COMM_WORLD_LOCAL_RANK
  threads=$(($(nproc) / $(printenv OMPI_COMM_WORLD_LOCAL_SIZE)))
  exec python3 "$program" --threads $((threads > 0 ? threads : 1)) "$@"' process "$@"
