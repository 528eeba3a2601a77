cifar-pipe demo shuffle --min-after-dequeue 7
cifar-pipe demo shuffle --min-after-dequeue 180,1000,all | tail -n 16
