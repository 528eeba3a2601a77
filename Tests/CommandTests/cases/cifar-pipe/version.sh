cifar-pipe --version
