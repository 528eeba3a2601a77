# B27: sixteen descriptors are enough; with fewer than the files need, the message says so.
ulimit -n 16
cifar-pipe batch --data data --format raw --output out --manifest m && ls
cifar-pipe batch --data data --format raw --output out2 --memory-limit 0 && ls
cifar-pipe batch --data archive.tar.gz --batches 1
cifar-pipe synth --output set --files 30 --records-per-file 3 && cifar-pipe batch --data set --batches 1 --batch-size 90
