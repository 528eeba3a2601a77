# X48: nothing is done where the right thing is, and every byte of it was compared.
make() { cifar-pipe synth --records-per-file 20 --if-missing "$@" || echo $?; }
for output in set set.tar.gz; do
  make --output $output; stat -c %i $output > before
  make --output $output; stat -c %i $output | cmp - before
  make --output $output --seed 3
  make --output $output --records-per-file 21 2>&1 | head -n 1
done
make --output set --dataset cifar100
# One bit, one file less, one file of records more; other files do not count.
touch set/mine; make --output set; rm set/mine
cp set/data_batch_3.bin kept; printf '\377' | dd of=set/data_batch_3.bin bs=1 seek=60000 conv=notrunc 2> dd; make --output set
cp kept set/data_batch_3.bin; make --output set
cp kept set/data_batch_6.bin; make --output set; rm set/data_batch_6.bin
rm set/test_batch.bin; make --output set
cp set.tar.gz cut.tar.gz; truncate -s 9000 cut.tar.gz; make --output cut.tar.gz
# The same files, compressed by another program.
gunzip < set.tar.gz | gzip -1 > other.tar.gz; make --output other.tar.gz
# In the way.
mkdir empty dir.tar.gz; touch file; make --output empty; make --output file; make --output dir.tar.gz
make --output set --force
ls -A
