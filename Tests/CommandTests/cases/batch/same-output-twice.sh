# P11: two runs for one name; the slower one is refused, and nothing is mixed.
cifar-pipe batch --data data --seed 1 --format npy > expected
(cifar-pipe batch --data data --seed 1 --format npy --output out; echo $? > one) 2> one.message &
(cifar-pipe batch --data data --seed 1 --format npy --output out; echo $? > two) 2> two.message
wait
sort one two; cat one.message two.message
cmp out expected; ls -A
