# A02, A03: results never land in a file that took the number of a closed stream.
cifar-pipe batch --data data >&-
echo $?
cifar-pipe batch --data data --format raw --manifest m >&-
echo $?
cifar-pipe batch --data data --format npy --output out --force <&- >&-
echo $?, $(stat -c %s out) bytes
cifar-pipe --help >&-
echo $?
cifar-pipe --version >&-
echo $?
cifar-pipe batch --data data --dry-run >&-
echo $?
cifar-pipe show --data data --output - >&-
echo $?
cifar-pipe batch --data nowhere 2>&-
echo $?
cifar-pipe batch --data data --batches 1 -v 2>&-
echo $?
cifar-pipe batch --data data --digest --format raw --output out2 <&- >&- 2>&-
echo $?, $(stat -c %s out2) bytes
cifar-pipe batch --data nowhere 2> /dev/full
echo $?
ls
