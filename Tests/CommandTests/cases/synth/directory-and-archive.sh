cifar-pipe synth --output set --records-per-file 10
cifar-pipe synth --output set.tar.gz --records-per-file 10
cifar-pipe synth --output set.tgz --records-per-file 10 --quiet
cmp set.tar.gz set.tgz
ls -A; (cd set; stat -c '%s %n' *)
tar tzf set.tar.gz
mkdir unpacked && tar xzf set.tar.gz -C unpacked && diff -r set unpacked/cifar-10-batches-bin
cifar-pipe synth --output hundred.tar.gz --dataset cifar100 --records-per-file 10 && tar tzf hundred.tar.gz
cifar-pipe synth --output again --records-per-file 10 --seed 1 -q; cmp -s set/data_batch_1.bin again/data_batch_1.bin || echo another seed, other records
cifar-pipe synth --output many --files 12 --records-per-file 2 -q; ls many
cat set/batches.meta.txt
