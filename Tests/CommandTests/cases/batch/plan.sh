cifar-pipe batch --data data --seed 1 --threads 2 --dry-run --json
cifar-pipe batch --data data --seed 18446744073709551615 --threads 1 -n --no-shuffle --preset raw --epochs 3 --shard 1/2 --json
cifar-pipe batch --data data --seed 1 --json || echo $?
