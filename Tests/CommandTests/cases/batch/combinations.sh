# What does not go together.
for options in "--epoch-marks" "--format raw --epoch-marks" "--manifest m" "--format npy --manifest m" \
  "--no-shuffle --capacity 500" "--no-shuffle --min-after-dequeue 5" "--synthetic" "--preset eval --transform none" \
  "--format raw --manifest -" "--format raw --output same --manifest same" "--format raw --output same --manifest ./same"
do
  cifar-pipe batch --data data $options || echo "$? $options"
done
ls
