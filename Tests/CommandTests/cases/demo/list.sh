cifar-pipe demo
