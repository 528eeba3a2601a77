cifar-pipe show --help > whole && cat whole && cifar-pipe help show | cmp - whole && cifar-pipe show -h
