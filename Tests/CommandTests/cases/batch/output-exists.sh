# B26: before any work, so the missing data are not even looked for.
echo precious > out
cifar-pipe batch --data nowhere --format npy --output out || echo $?
cifar-pipe batch --data data --format npy --output out || echo $?
cat out
cifar-pipe batch --data nowhere --format npy --output out --force || echo $?
cifar-pipe batch --data data --batch-size 0 --format npy --output out --force || echo $?
cat out
cifar-pipe batch --data data --seed 1 --format npy --output out --force && cifar-pipe batch --data data --seed 1 --format npy | cmp - out
echo precious > m
cifar-pipe batch --data data --format raw --manifest m || echo $?
cat m
ln -s target link; mkdir directory
for path in link directory directory/ nowhere/out out/x . .. / ''; do
  cifar-pipe batch --data data --format raw --output "$path" --force || echo "$? '$path'"
done
ls -A
cifar-pipe batch --data data --seed 1 --format npy --output - | cmp - out
