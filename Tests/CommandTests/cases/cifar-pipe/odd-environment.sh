# A06, A08: nothing of the environment but the documented names matters.
run() { env -i PATH="$PATH" "$@" cifar-pipe batch --data data --seed 5 --format npy | sha256sum; }
for line in "" "LANG=tr_TR.UTF-8 LC_ALL=tr_TR.UTF-8" "LC_ALL=xx TZ=:/nowhere" "TZ=Pacific/Kiritimati LC_NUMERIC=de_DE" \
  "HOME=/nowhere TMPDIR=/nowhere" "HOME= TMPDIR=" "COLUMNS=1 TERM=dumb NO_COLOR=1"
do
  run $line
done | uniq | wc -l
env -i PATH="$PATH" cifar-pipe batch --data data --format npy --output out
ls
# Without HOME there is no cache to look in, with one that is not there the message names it.
env -i PATH="$PATH" cifar-pipe batch
echo $?
env -i PATH="$PATH" HOME= cifar-pipe batch
echo $?
env -i PATH="$PATH" HOME=/nowhere cifar-pipe batch
echo $?
env -i PATH="$PATH" HOME=/nowhere XDG_CACHE_HOME=/x cifar-pipe batch
echo $?
env -i PATH="$PATH" HOME=/nowhere XDG_CACHE_HOME=/x CIFAR_PIPE_CACHE=/c cifar-pipe batch
echo $?
