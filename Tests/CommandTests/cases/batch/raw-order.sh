# Without shuffling and transform the images are the files' own bytes, planes first with nchw, labels apart.
cifar-pipe batch --data data --preset raw --layout nchw --no-shuffle --batch-size 1 --format raw > raw
for file in data/data_batch_?.bin; do cat $file; done > records
# A record is 3,073 bytes with the label first; here 3,072 bytes and then the label as 4.
od -An -v -tx1 -w3073 records | sed -E 's/^ (..)(.*)/\2 \1 00 00 00/' > expected
od -An -v -tx1 -w3076 raw > found
cmp expected found && wc -l < found
