# B01, B02, B05, B06, B07: each message names the file, what was expected and what was found.
try() {
  for more in "" "--memory-limit 0" "--no-shuffle --threads 1 --dry-run"; do
    cifar-pipe batch --data bad --format npy --output out $more > told || echo "$? $1 $more"
    test ! -e out || echo "out is there"
  done
  tar czf bad.tar.gz -h bad
  cifar-pipe batch --data bad.tar.gz --format npy --output out || echo "$? $1 as an archive"
  test ! -e out || echo "out is there"
  rm -rf bad; cp -rL data bad
}
cp -rL data bad
truncate -s -1 bad/data_batch_3.bin; try "one byte short"
truncate -s +1 bad/data_batch_3.bin; try "one byte long"
printf '\n' | dd of=bad/data_batch_2.bin bs=1 seek=$((17 * 3073)) conv=notrunc status=none; try "label 10"
printf '\377' | dd of=bad/data_batch_5.bin bs=1 seek=$((199 * 3073)) conv=notrunc status=none; try "label 255"
rm bad/data_batch_2.bin bad/data_batch_4.bin; try "two missing"
rm bad/data_batch_?.bin; try "all missing"
: > bad/data_batch_1.bin; try "an empty file"
for file in bad/data_batch_?.bin; do : > $file; done; try "only empty files"
rm bad/data_batch_1.bin; mkdir bad/data_batch_1.bin; try "a directory in place of a file"
rm bad/data_batch_1.bin; ln -s nowhere bad/data_batch_1.bin; cifar-pipe batch --data bad || echo $?
rm bad/data_batch_1.bin; ln -s data_batch_1.bin bad/data_batch_1.bin; cifar-pipe batch --data bad || echo $?
rm bad/data_batch_1.bin; mkfifo bad/data_batch_1.bin; cifar-pipe batch --data bad || echo $?
ls -A
