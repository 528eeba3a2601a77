cifar-pipe
