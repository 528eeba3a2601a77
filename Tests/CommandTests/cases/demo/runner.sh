cifar-pipe demo runner
