cifar-pipe --help && cifar-pipe -h > short && cifar-pipe help | cmp - short
