# B30: names are bytes; messages show them escaped.
name=$(printf 'a b\n\377\033[31m"c')
cp -rL data "$name"
cifar-pipe batch --data "$name" --seed 1 --format npy --output "$name.npy" &&
  cifar-pipe batch --data data --seed 1 --format npy | cmp - "$name.npy" && echo equal
cifar-pipe batch --data "$name" --format npy --output "$name.npy" || echo $?
rm "$name/data_batch_2.bin"
cifar-pipe batch --data "$name" || echo $?
cifar-pipe synth --output "$name" || echo $?
cifar-pipe synth --output "$name.tar.gz" --records-per-file 2 && cifar-pipe batch --data "$name.tar.gz" --batches 1 --batch-size 10
cifar-pipe show --data nowhere --output "$name.npy" || echo $?
cifar-pipe batch --data "no$name" || echo $?
CIFAR_PIPE_DATA="no$name" cifar-pipe batch || echo $?
cifar-pipe batch "$name" || echo $?
cifar-pipe batch --transform "$name" --data data || echo $?
cifar-pipe batch --preset "$name" || echo $?
cifar-pipe batch "--$name" || echo $?
cifar-pipe "$name" || echo $?
cp -rL data ./-dash
cifar-pipe batch --data=-dash --batches 1 --output=-out && cat ./-out
