# An archive that ends early, or is none, is wrong data.
size=$(stat -L -c %s archive.tar.gz)
for bytes in 0 5 1000 $((size / 2)) $((size - 1)); do
  head -c $bytes archive.tar.gz > cut.tar.gz
  cifar-pipe batch --data cut.tar.gz --format raw --output out 2> message
  echo "$?, $(wc -l < message) line, $(sed 's/(.*//; s/[0-9][0-9]*/N/g' message)"
done
echo '<html>' > page.tar.gz
cifar-pipe batch --data page.tar.gz || echo $?
ls
