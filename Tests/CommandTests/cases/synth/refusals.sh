mkdir full empty; echo precious > full/file; echo precious > archive2.tar.gz; ln -s full link; echo x > file
for options in "--output full" "--output full --force" "--output full --force --files 3" "--output archive2.tar.gz" "--output link" "--output link --force" \
  "--output file" "--output nowhere/set" "--output nowhere/set.tar.gz" "--output x --records-per-file 0" \
  "--output x --records-per-file -1" "--output x --records-per-file 1000001" "--output x --files 4" \
  "--output x --files 5 --dataset cifar100" "--output x --seed -1" "--output x extra" "--output ." "--output ''"
do
  eval "cifar-pipe synth $options" || echo "$? $options"
done
cat full/file archive2.tar.gz; ls -A
rm full/file; touch full/data_batch_6.bin full/readme.html
cifar-pipe synth --output full --force --records-per-file 1 -q && ls full
cifar-pipe synth --output archive2.tar.gz --force --records-per-file 1 -q && tar tzf archive2.tar.gz | wc -l
cifar-pipe synth --output empty --records-per-file 1 || echo $?
cifar-pipe synth --output trailing/ --records-per-file 1 && ls trailing | wc -l
# What is there by the name of one of its files, and is none.
mkdir full/data_batch_7.bin; cifar-pipe synth --output full --force; echo $?; rmdir full/data_batch_7.bin
mv full/test_batch.bin precious; ln -s ../precious full/test_batch.bin; cifar-pipe synth --output full --force; echo $?
rm full/test_batch.bin; cifar-pipe synth --output full --force --dataset cifar100; echo $?
mkdir archive3.tar.gz; touch archive3.tar.gz/mine; cifar-pipe synth --output archive3.tar.gz --force; echo $?
ls full archive3.tar.gz; ls -A
