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
# The sides of a picture, from its header: the letters grow with the scale, and batches stand one below the other.
sides() { head -c 24 "$1" | tail -c 8 | od -An -tu1 | awk -v name="$1" '{print name, $3 * 256 + $4, $7 * 256 + $8}'; }
cifar-pipe show --data data --seed 1 --batch-size 6 --scale 6 --output double.png
cifar-pipe show --data data --seed 1 --batch-size 6 --batches 2 --output two.png
cifar-pipe show --data hundred --dataset cifar100 --seed 1 --batch-size 6 --labels both --output both.png
for picture in one double two both; do sides $picture.png; done
