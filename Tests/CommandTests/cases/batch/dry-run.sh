cifar-pipe batch --data data --seed 1 --threads 2 --dry-run
echo; cifar-pipe batch --data data --seed 1 --threads 1 -n --no-shuffle --preset raw --batches 3 --format npy
echo; cifar-pipe batch --data data --seed 1 --threads 3 -n --drop-remainder --epochs 2 --memory-limit 0 --format raw --output out
ls
# Also a plan needs data, and options that fit.
cifar-pipe batch --data nowhere --dry-run || echo $?
cifar-pipe batch --data data --batch-size 0 --dry-run || echo $?
touch out
cifar-pipe batch --data data --dry-run --output out > plan || echo $?
