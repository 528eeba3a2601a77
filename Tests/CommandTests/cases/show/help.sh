cifar-pipe show --help && cifar-pipe show -h > short && cifar-pipe help show | cmp - short
