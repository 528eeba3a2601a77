# B33: an archive through standard input; two epochs, though it can be read only once.
raw() { cifar-pipe batch --seed 1 --epochs 2 --format raw "$@"; }
raw --data data > expected
raw --data - < archive.tar.gz | cmp - expected
cat archive.tar.gz | raw --data - | cmp - expected
gunzip < archive.tar.gz | raw --data - | cmp - expected
cifar-pipe token --data - --seed 1 < archive.tar.gz | cut -d @ -f 1-6
tar chf - hundred | cifar-pipe batch --data - --labels both --batches 1
tar chf - hundred | cifar-pipe batch --data - --dataset cifar10 || echo $?
head -c 1000 archive.tar.gz | raw --data - || echo $?
raw --data - < /dev/null || echo $?
raw --data - < data || echo $?
cat data/*.bin | raw --data - || echo $?
cifar-pipe batch --data - --format slots --slots-fd 3 < archive.tar.gz || echo $?
# More than the limit is refused.
raw --data - --memory-limit 1 --threads 2 < archive.tar.gz || echo $?
