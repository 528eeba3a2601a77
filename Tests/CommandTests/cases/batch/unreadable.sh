# B06: a file and a directory without permission; root reads everything, and so becomes somebody else.
test "$(id -u)" = 0 && as="setpriv --reuid=65534 --regid=65534 --clear-groups"
cp -rL data mine; chmod 755 . mine; chmod 644 mine/*
chmod 000 mine/data_batch_2.bin
$as cifar-pipe batch --data mine || echo $?
chmod 644 mine/data_batch_2.bin; chmod 000 mine
$as cifar-pipe batch --data mine || echo $?
chmod 755 mine; cp archive.tar.gz own.tar.gz; chmod 000 own.tar.gz
$as cifar-pipe batch --data own.tar.gz || echo $?
mkdir closed; chmod 555 closed
$as cifar-pipe batch --data mine --format raw --output closed/out || echo $?
$as cifar-pipe synth --output closed/set || echo $?
$as cifar-pipe synth --output closed/set.tar.gz || echo $?
