# An archive on its way to another program.
cifar-pipe synth --output - --records-per-file 200 -q | cmp - archive.tar.gz
cifar-pipe synth --output /dev/stdout --records-per-file 200 | cifar-pipe batch --data - --batches 1
cifar-pipe synth --output - --records-per-file 200 --dataset cifar100 -q | cifar-pipe extract - --quiet && ls cifar-100-binary
mkfifo pipe; cat pipe > got & cifar-pipe synth --output pipe --records-per-file 200 -q; wait; cmp got archive.tar.gz
cifar-pipe synth --output - > /dev/full || echo $?
cifar-pipe synth --output - --if-missing || echo $?
