# A07
for mask in 000 077; do
  (
    umask $mask
    cifar-pipe synth --output set-$mask --records-per-file 2 -q
    cifar-pipe synth --output set-$mask.tar.gz --records-per-file 2 -q
    cifar-pipe batch --data set-$mask --format raw --output out-$mask --manifest manifest-$mask
    cifar-pipe show --data set-$mask --output sheet-$mask
  )
done
stat -c '%a %n' set-000 set-000/* *-0*
tar tvzf set-000.tar.gz | cut -c 1-10 | sort | uniq -c
cmp set-000.tar.gz set-077.tar.gz
