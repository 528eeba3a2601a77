cifar-pipe batch --help && cifar-pipe batch -h > short && cifar-pipe help batch | cmp - short
