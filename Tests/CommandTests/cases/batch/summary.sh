cifar-pipe batch --data data --seed 1 --format summary |
  sed -E 's/("(seconds|images_per_s|first_batch_s|peak_rss_bytes)": )[0-9.e+-]+/\1N/g; s/"[0-9a-f]{64}"/H/'
cifar-pipe batch --data data --seed 1 --format summary --no-digest --epochs 2 --batch-size 400 --drop-remainder |
  sed -E 's/("(seconds|images_per_s|first_batch_s|peak_rss_bytes)": )[0-9.e+-]+/\1N/g'
cifar-pipe batch --data data --seed 1 --format summary --batches 9 --epochs 3 --digest 2>/dev/null |
  sed -E 's/("(seconds|images_per_s|first_batch_s|peak_rss_bytes)": )[0-9.e+-]+/\1N/g; s/"[0-9a-f]{64}"/H/'
