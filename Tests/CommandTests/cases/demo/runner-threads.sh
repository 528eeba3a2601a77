for threads in 1 4; do cifar-pipe demo runner --threads $threads; done
