# --synthetic delivers what synth writes with the official numbers.
cifar-pipe synth --output test --dataset cifar100 -q --records-per-file 1000
cifar-pipe batch --synthetic --dataset cifar100 --preset raw --no-shuffle --batch-size 1000 --batches 1 --format raw | sha256sum > one
cifar-pipe batch --data test --dataset cifar100 --preset raw --no-shuffle --batch-size 1000 --batches 1 --format raw | sha256sum | cmp - one && echo equal
