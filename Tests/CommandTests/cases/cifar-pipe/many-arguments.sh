# A04: 100,000 arguments, and one as long as the kernel lets through.
cifar-pipe batch $(seq 100000) 2> many
echo "$?, $(wc -l < many) line"
cifar-pipe batch --data "$(head -c 131000 /dev/zero | tr '\0' x)" 2> long
echo "$?, $(wc -l < long) line"
cifar-pipe batch --transform "$(head -c 131000 /dev/zero | tr '\0' x)" 2> long
echo "$?, $(wc -l < long) line, $(wc -c < long) bytes"
cifar-pipe "$(head -c 131000 /dev/zero | tr '\0' x)" 2> long
echo "$?, $(wc -l < long) line"
cifar-pipe batch --transform "$(yes flip | head -n 20000 | tr '\n' ,)flip" --data data --batches 1 2> long
echo "$?, $(wc -l < long) line"
