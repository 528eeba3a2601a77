# Option, then variable, then the cache; a directory, its parent, or the archive.
count() { "$@" cifar-pipe batch --format summary $options | sed 's/, "seconds.*//'; }
options="--data data"; count env
options="--data archive.tar.gz"; count env
mkdir -p parent cache xdg/cifar-pipe home/.cache/cifar-pipe
cp -rL data parent/cifar-10-batches-bin; cp -rL hundred parent/cifar-100-binary
options="--data parent"; count env
options="--data parent --dataset cifar100"; count env
gunzip < archive.tar.gz > plain.tar
options="--data plain.tar"; count env
options="--data data/."; count env
options="--data data --split test"; count env
options="--data hundred --dataset cifar100 --split test"; count env
options=""; count env CIFAR_PIPE_DATA=data
options="--data data"; count env CIFAR_PIPE_DATA=nowhere
for cache in cache xdg/cifar-pipe home/.cache/cifar-pipe; do ln -s "$PWD/parent/cifar-10-batches-bin" $cache/; done
options=""; count env CIFAR_PIPE_CACHE=cache HOME=/nowhere
options=""; count env XDG_CACHE_HOME="$PWD/xdg" HOME=/nowhere
options=""; count env
# An empty variable counts as unset, and the message of a wrong one names what it says.
options=""; count env CIFAR_PIPE_DATA=
options=""; count env CIFAR_PIPE_DATA=nowhere
options="--data data --dataset cifar100"; count env
options="--data hundred"; count env
options="--data parent/cifar-10-batches-bin/data_batch_1.bin"; count env
options="--data /dev/null"; count env
options="--data data --synthetic"; count env
mkdir empty
options="--data empty"; count env
