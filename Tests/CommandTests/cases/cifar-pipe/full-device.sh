# B16: standard output is /dev/full.
for arguments in "batch --data data" "batch --data data --format npy" "batch --data data --format summary" \
  "batch --data data --dry-run" "show --data data --output -" "--help" "--version"
do
  cifar-pipe $arguments > /dev/full
  echo "$? for $arguments"
done
