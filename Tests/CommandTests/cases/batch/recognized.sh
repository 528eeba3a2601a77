# B34: the names of the files tell the data set, and an option that says otherwise is an error.
raw() { cifar-pipe batch --seed 1 --transform crop:24,normalize --labels "$labels" --format raw --digest "$@" 2>&1 > /dev/null; }
tar chzf hundred.tar.gz hundred; mkdir both one; ln -s ../data both/cifar-10-batches-bin; ln -s ../hundred both/cifar-100-binary; ln -s ../hundred one/cifar-100-binary
labels=both; raw --data hundred --dataset cifar100
raw --data hundred; raw --data hundred.tar.gz; raw --data one; CIFAR_PIPE_DATA=hundred raw
labels=fine; raw --data data --dataset cifar10
raw --data data; raw --data archive.tar.gz; raw --data both
# A directory called `train` is no CIFAR-100.
mkdir -p torch/train torch/test; ln -s ../data torch/cifar-10-batches-bin; raw --data torch
for words in "hundred --dataset cifar10" "hundred.tar.gz --dataset cifar10" "data --dataset cifar100" "archive.tar.gz --dataset cifar100"; do
  raw --data $words || echo $?
done
labels=coarse; raw --data data || echo $?
# The cache is that of CIFAR-10 unless the option says otherwise.
mkdir cache; ln -s ../hundred cache/cifar-100-binary
labels=fine; CIFAR_PIPE_CACHE=cache raw || echo $?
CIFAR_PIPE_CACHE=cache raw --dataset cifar100
