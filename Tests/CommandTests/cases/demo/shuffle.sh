cifar-pipe demo shuffle
