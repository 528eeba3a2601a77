cifar-pipe batch --help > whole && cat whole && cifar-pipe help batch | cmp - whole && cifar-pipe batch -h
