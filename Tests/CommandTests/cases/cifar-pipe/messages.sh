# What people type who know another program, or who are nearly right: each message says what was probably meant.
cifar-pipe synth --output hundred.tgz --dataset cifar100 --records-per-file 2 --quiet
echo "no token" > token
cifar-pipe token --data data --seed 7 --at 3 > real-token
mkdir out; ln -s data/data_batch_1.bin
while read -r line; do
  eval "cifar-pipe $line" > /dev/null
  echo "$? $line"
done <<'END'
batch data
show data --output x.png
batch cifar100
batch --data data/data_batch_1.bin
batch --data data_batch_1.bin
verify --dataset cifar-10 data
bench --synthetic --step-time 12
bench --synthetic --min-time 3
batch --synthetic --shard 4/4
batch --synthetic --shard 1
batch --synthetic --resume nowhere
batch --synthetic --resume token
batch --data data --resume real-token --batches 4
batch --data data --resume "$(cat real-token)" --batches 4
batch --synthetic --dtype uint8
batch --data data --transform "crop:24, flip ,standardize" --batches 1
batch --synthetic --transform random_crop:24
batch --synthetic --transform crop:24,standardise
batch --synthetic --transform distort
batch --synthetic --transform frobnicate
batch --synthetic --format json
batch --synthetic --format numpy
batch --synthetic --dataset cifar-10
batch --synthetic --dtype fp16
batch --synthetic --split validation
batch --synthetic --preset evl
bench --synthetic --preset raw,evl
batch --synthetic --batch_size 3
batch --synthetic --num-workers 3
batch --synthetic --shuffle
batch --synthetic -format npy
batch --synthetic --min-after-deqeue 3
batch --data=~/x
batch --data '~/x'
extract archive.tar.gz out
fetch cifar100
fetch https://example.org/cifar.tar.gz
fetch --output out --url file:///nowhere --sha256 1234
cache
cache clean
cache verfy
demo fifoo
help bogus
help batch extra
help cache clean
download
benchmark
bench --synthetic --step-time 12,1ms
show --data data --epochs 99 --output x.png
show --data data --epochs 199 --scale 1 --output x.png
show --synthetic --output x.jpg
synth --output a.zip
synth --output a.tar
synth --output data.v2 --records-per-file 1 --quiet
synth data
END
for options in "" --unverified; do
  cifar-pipe fetch --quiet --archive-only --output out --url "file://$PWD/hundred.tgz" $options 2> message; echo $?
  sed "s|$PWD|DIR|" message >&2
done
CIFAR_PIPE_DATA=/nope cifar-pipe batch; echo $?
CIFAR_PIPE_DATA=/nope cifar-pipe verify; echo $?
CIFAR_PIPE_DATA=/nope cifar-pipe batch --data nowhere; echo $?
CIFAR_PIPE_CACHE=/dev/null/x cifar-pipe fetch --offline; echo $?
ls . out
