# The coarse label comes first, as in the file.
cifar-pipe batch --data hundred --dataset cifar100 --preset raw --no-shuffle --batch-size 4 --batches 1 --format jsonl --labels both > both
cifar-pipe batch --data hundred --dataset cifar100 --preset raw --no-shuffle --batch-size 4 --batches 1 --format jsonl --labels coarse > coarse
cifar-pipe batch --data hundred --dataset cifar100 --preset raw --no-shuffle --batch-size 4 --batches 1 --format jsonl > fine
cat both coarse fine
for record in 0 1 2 3; do od -An -tu1 -j $((record * 3074)) -N 2 hundred/train.bin; done
