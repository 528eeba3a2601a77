cifar-pipe demo fifo
cifar-pipe demo fifo --speed 1000 > fast; cifar-pipe demo fifo | cmp - fast
