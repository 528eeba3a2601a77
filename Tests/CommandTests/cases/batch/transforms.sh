# Transforms that cannot be, each with its message.
for value in '' , flip, foo crop crop: crop:0 crop:33 crop:-1 crop:x random-crop:99 pad:x pad:1e9 brightness brightness:x \
  pad:1:mirror pad:32:reflect crop:1,translate:1 translate flip:1 contrast:1 contrast:2:1 normalize:1 normalize:1/2/3:0/0/0 scale: scale:nan cutout:0 'crop:24 ' Flip none,flip
do
  cifar-pipe batch --data data --transform "$value" --batches 1 || echo "$? '$value'"
done
cifar-pipe batch --data data --transform standardize --dtype uint8 --batches 1 || echo $?
cifar-pipe batch --data data --transform none --dtype float32 --batches 1
cifar-pipe batch --data data --preset bytes --batches 1
cifar-pipe batch --data data --preset torch-eval --dtype float16 --batches 1
cifar-pipe batch --data data --dtype bfloat16 --batches 1 --format npy || echo $?
cifar-pipe batch --data data --seed 1 --dtype bfloat16 --batches 1 --format raw | wc -c
cifar-pipe batch --data data --labels both || echo $?
cifar-pipe batch --data data --labels coarse || echo $?
