#!/usr/bin/env bash
# Writes the images of a data set as PNG files, DIRECTORY/LABEL/NUMBER.png, with several processes at once.
#
# Usage: to-png.sh DIRECTORY PROCESSES OPTIONS...
#
# OPTIONS say which data: --data, --dataset, --split. The numbers are those of the records, counted over all files.
# Needs Python 3 without any package.
set -euo pipefail

[[ $# -ge 2 && $2 =~ ^[1-9][0-9]*$ ]] || { sed -n '4p' "$0" | cut -c 3- >&2; exit 64; }
directory=$1 processes=$2
shift 2
# In a new directory alone: files of an earlier run would be mixed with these.
mkdir "$directory"

read -r -d '' program <<'PYTHON' || true
import os, struct, sys, zlib

directory, process, processes, size = sys.argv[1], *map(int, sys.argv[2:])
side, length = 32, 32 * 32 * 3

def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

def png(pixels):
    # Each row begins with the number of its filter, here none.
    rows = b"".join(b"\0" + pixels[i : i + 3 * side] for i in range(0, length, 3 * side))
    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")

batch = process
while data := sys.stdin.buffer.read(size * (length + 4)):
    # The images of a batch, then its labels; the last batch of all may be short.
    count = len(data) // (length + 4)
    labels = struct.unpack(f"<{count}i", data[count * length :])
    for i, label in enumerate(labels):
        os.makedirs(f"{directory}/{label}", exist_ok=True)
        with open(f"{directory}/{label}/{batch * size + i:05}.png", "wb") as file:
            file.write(png(data[i * length : (i + 1) * length]))
    batch += processes
PYTHON

# Every process takes each N-th batch of the one order, so that the numbers of its images follow from its own.
size=100
jobs=()
for ((process = 0; process < processes; process++)); do
  cifar-pipe batch "$@" --no-shuffle --preset raw --epochs 1 --format raw --batch-size "$size" \
    --shard "$process/$processes" --uneven keep --threads 1 |
    python3 -c "$program" "$directory" "$process" "$processes" "$size" &
  jobs+=($!)
done
# A job fails where either end of its pipe fails.
status=0
for job in "${jobs[@]}"; do wait "$job" || status=$?; done
exit "$status"
