# The digest is that of the raw bytes, whatever the format.
for options in "" "--preset torch --epochs 2" "--preset raw --drop-remainder" "--batches 3"; do
  cifar-pipe batch --data data --seed 7 $options --epochs 1 --format raw --digest 2> told | sha256sum | sed 's/ .*//; s/^/sha256 /' > own
  cmp told own
  for format in shapes npy jsonl summary; do
    cifar-pipe batch --data data --seed 7 $options --epochs 1 --format $format --digest 2>&1 > out | cmp - own
    test $format != summary || grep -c "\"digest\": \"$(cut -c 8- own)\"" out
  done
done
cifar-pipe batch --data data --seed 7 --batches 1 --no-digest
