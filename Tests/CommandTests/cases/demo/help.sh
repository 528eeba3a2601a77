cifar-pipe demo --help && cifar-pipe demo -h > short && cifar-pipe help demo | cmp - short
for lesson in fifo runner shuffle pipeline; do cifar-pipe demo $lesson --help; done
