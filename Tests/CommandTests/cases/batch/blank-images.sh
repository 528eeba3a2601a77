# B29: constant images come out as zeros, not as NaN; black ones stay black.
mkdir flat
for file in 1 2 3 4 5; do
  for value in '\0' '\377' '\177'; do printf '\1'; head -c 3072 /dev/zero | tr '\0' "$value"; done > flat/data_batch_$file.bin
done
for preset in "--preset eval" "--transform standardize" "--preset distort" "--transform contrast:0.2:1.8,standardize"; do
  cifar-pipe batch --data flat $preset --batch-size 15 --format raw | head -c -60 | tr -d '\0' | wc -c
done
cifar-pipe batch --data flat --preset torch --no-shuffle --batch-size 1 --batches 1 --format npy | od -An -tf4 -j 128 | tr -s ' ' '\n' | grep -ci -e nan -e inf || true
