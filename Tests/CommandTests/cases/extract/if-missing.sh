# X48: nothing is done where the right thing is, and every byte of it was compared.
extract() { cifar-pipe extract --if-missing "$@" || echo $?; }
extract archive.tar.gz; stat -c %i cifar-10-batches-bin > before
extract archive.tar.gz; stat -c %i cifar-10-batches-bin | cmp - before
extract - < archive.tar.gz
extract archive.tar.gz --output nested; extract archive.tar.gz --output nested; ls nested
extract archive.tar.gz --json -q | sed 's/"seconds.*//'
touch cifar-10-batches-bin/mine; extract archive.tar.gz
cp data/data_batch_1.bin cifar-10-batches-bin/data_batch_6.bin; extract archive.tar.gz; rm cifar-10-batches-bin/data_batch_6.bin
printf '\377' | dd of=cifar-10-batches-bin/data_batch_3.bin bs=1 seek=60000 conv=notrunc 2> dd; extract archive.tar.gz
rm nested/*/test_batch.bin; extract archive.tar.gz --output nested
rm -r nested/*; extract archive.tar.gz --output nested
touch file; extract archive.tar.gz --output file
head -c 9000 archive.tar.gz > cut.tar.gz; extract cut.tar.gz --output nested; extract cut.tar.gz --output new
extract archive.tar.gz --force
ls -A
