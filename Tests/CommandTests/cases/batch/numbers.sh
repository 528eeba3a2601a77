# B08, B09: the allowed range is named, and nothing is allocated.
for value in 0 -1 1e12 99999999999999999999 abc 3.5 '' ' 7' 0x10; do
  cifar-pipe batch --data data --batch-size "$value" || echo "$? --batch-size '$value'"
done
for option in threads min-after-dequeue capacity epochs batches memory-limit stall-limit seed; do
  for value in -1 x; do
    cifar-pipe batch --data data --$option "$value" || echo "$? --$option '$value'"
  done
done
cifar-pipe batch --data data --seed 18446744073709551615 --batches 1
cifar-pipe batch --data data --min-after-dequeue 100 --capacity 100 || echo $?
cifar-pipe batch --data data --min-after-dequeue 100 --capacity 227 || echo $?
cifar-pipe batch --data data --min-after-dequeue 100 --capacity 228 --batches 1
cifar-pipe batch --data data --capacity 10127 || echo $?
cifar-pipe batch --data data --min-after-dequeue all --capacity 1000 --batches 1 || echo $?
cifar-pipe batch --data data --min-after-dequeue 0 --memory-limit 0 --batches 1
cifar-pipe batch --data data --threads auto --min-after-dequeue all --batches 1
cifar-pipe batch --data data --batch-size 1048576 --batches 1
cifar-pipe batch --data data --batch-size 1048576 --epochs 1 --drop-remainder || echo $?
