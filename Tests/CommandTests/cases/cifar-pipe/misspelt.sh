# Each line is wrong in its own way; the message names the word and, where it can, the right one.
while read -r line; do
  cifar-pipe $line
  echo "$? for $line"
done <<END
bacth
frobnicate
--bogus
batch --thread 3
batch --bogus
batch extra
batch --batch-size
batch --format npz
batch --preset eval --transform none
batch --quiet --verbose
synth
show
Batch
synth --output x --files 4
END
