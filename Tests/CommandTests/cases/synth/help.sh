cifar-pipe synth --help && cifar-pipe synth -h > short && cifar-pipe help synth | cmp - short
