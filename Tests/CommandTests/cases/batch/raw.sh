cifar-pipe batch --data data --preset raw --format raw --manifest m > raw
stat -c '%s bytes' raw; cat m
cifar-pipe batch --data hundred --dataset cifar100 --labels both --epochs 2 --batch-size 400 --format raw --manifest m --force > raw
stat -c '%s bytes' raw; cat m
cifar-pipe batch --data data --preset raw --format raw --manifest m > raw
echo $?, $(stat -c %s raw) bytes
cifar-pipe batch --data data --preset raw --format raw --manifest nowhere/m > raw
echo $?, $(stat -c %s raw) bytes
