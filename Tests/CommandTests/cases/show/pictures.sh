cifar-pipe show --data data --seed 1 --batch-size 6 --output one.png
cifar-pipe show --data data --seed 1 --batch-size 6 --threads 1 --output - | cmp - one.png
head -c 8 one.png | od -An -tx1
cifar-pipe show --data data --seed 1 --batch-size 6 --preset distort --output distort.png; cmp -s one.png distort.png || echo differs
cifar-pipe show --data hundred --dataset cifar100 --labels coarse --preset torch --scale 1 --output hundred.png
cifar-pipe show --data data --preset raw --scale 8 --batch-size 1 --output large.png
for options in '--preset bytes' '--preset torch-eval' '--preset torch-eval --dtype float16' '--preset torch-eval --dtype bfloat16'
do
  cifar-pipe show --data data --seed 1 --batch-size 6 $options --output - | head -c 4 | od -An -tx1
done
ls -A
