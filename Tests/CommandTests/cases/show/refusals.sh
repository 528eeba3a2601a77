echo precious > sheet.png
for options in "--output sheet.png" "--output x.png --scale 0" "--output x.png --scale 17" "--output x.png --data nowhere" "--output nowhere/x.png" \
  "--output x.png --batch-size 0" "--output x.png --transform foo" "--output x.png --scale 16 --batch-size 5000" "--output x.png --epochs 1000" \
  "--output x.png --start-batch 8 --batches 8"
do
  cifar-pipe show --data data $options || echo "$? $options"
done
cat sheet.png
ls -A
