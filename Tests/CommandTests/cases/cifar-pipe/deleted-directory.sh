# A09: the working directory is gone.
mkdir gone && data=$(readlink data) && cd gone && rmdir ../gone
cifar-pipe batch
echo $?
cifar-pipe batch --data data
echo $?
cifar-pipe batch --synthetic --batches 1 --output here
echo $?
cifar-pipe synth --output here --records-per-file 1
echo $?
cifar-pipe show --synthetic --output here.png
echo $?
cifar-pipe batch --data "$data" --batches 1
echo $?
