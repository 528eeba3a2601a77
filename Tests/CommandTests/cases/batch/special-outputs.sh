# B32: pipes, devices and open descriptors are written as they are, under no other name and without leave.
raw() { cifar-pipe batch --data data --seed 1 --format raw "$@"; }
raw > expected
mkfifo pipe
cat pipe > got & raw --output pipe; echo $?; wait; cmp got expected; test -p pipe && echo 'still a pipe'
raw --output /dev/null; echo $?
raw --output /dev/stdout | cmp - expected
raw --output /dev/fd/3 3> three; cmp three expected
# Behind what is there, as the shell has opened it.
{ echo head; raw --output /dev/stdout; } > four; tail -c +6 four | cmp - expected; head -n 1 four
bash -c 'cifar-pipe batch --data data --seed 1 --format raw --output >(cat > five) --manifest >(cat > six); wait'
until [ -s six ]; do sleep 0.05; done
cmp five expected; cat six
raw --output /dev/null --manifest /dev/null --token-file /dev/fd/3 3> token; echo $?; cut -c 1-12 token
cat pipe > seven & raw --batches 1 --trace pipe > /dev/null; wait; head -c 1 seven; echo
cat pipe > eight & cifar-pipe show --data data --seed 1 --batch-size 4 --output pipe; wait
cifar-pipe show --data data --seed 1 --batch-size 4 --output - | cmp - eight
# What is not there, what is full, and one pipe for two.
raw --output /dev/fd/9 || echo $?
raw --output /dev/full || echo $?
raw --output pipe --manifest pipe || echo $?
raw --manifest - || echo $?
raw --token-file /dev/stdout || echo $?
ln -s /dev/null link; raw --output link; echo $?
ls -A
