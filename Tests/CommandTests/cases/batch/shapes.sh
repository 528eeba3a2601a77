cifar-pipe batch --data data
echo; cifar-pipe batch --data data --epochs 1
echo; cifar-pipe batch --data data --epochs 1 --drop-remainder
echo; cifar-pipe batch --data data --batches 9 --epochs 2 --batch-size 400
echo; cifar-pipe batch --data data --batches 9 --epochs 1 --batch-size 400
echo; cifar-pipe batch --data data --batches 3 --batch-size 700 --epoch-boundary blend
echo; cifar-pipe batch --data data --batches 1 --batch-size 5000
echo; cifar-pipe batch --data data --batches 1 --transform none
echo; cifar-pipe batch --data data --batches 1 --preset torch
echo; cifar-pipe batch --data data --batches 1 --preset torch --layout nhwc
echo; cifar-pipe batch --data data --batches 1 --transform pad:4 --layout nchw
echo; cifar-pipe batch --data hundred --dataset cifar100 --batches 1 --labels both
echo; cifar-pipe batch --data hundred --dataset cifar100 --batches 1 --labels coarse
echo; cifar-pipe batch --synthetic --split test --batches 1 --no-shuffle
