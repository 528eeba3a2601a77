# Both labels of CIFAR-100 are checked, whatever is delivered.
try() { cifar-pipe batch --data bad --dataset cifar100 --labels $1 --batches 1 || echo $?; cp -L hundred/train.bin bad/train.bin; }
cp -rL hundred bad
printf '\024' | dd of=bad/train.bin bs=1 seek=$((3 * 3074)) conv=notrunc status=none; try fine
printf '\144' | dd of=bad/train.bin bs=1 seek=$((3 * 3074 + 1)) conv=notrunc status=none; try coarse
