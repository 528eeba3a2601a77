for words in "fifo --step" "runner --step" "shuffle --step" "fifo --speed 0" "fifo --speed nan" "runner --threads 0" "runner --threads 7" \
  "shuffle --min-after-dequeue -1" "shuffle --min-after-dequeue 1,,2" "shuffle --min-after-dequeue some" "lifo" "fifo more" \
  "pipeline --step" "pipeline --slow reader" "pipeline --slow reader=5" "pipeline --slow writer=5ms" "pipeline --step-time 0ms" "pipeline --threads 0"
do
  cifar-pipe demo $words || echo "$? $words"
done
