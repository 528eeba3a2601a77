# The version alone in the first line, for scripts; then names with values.
cifar-pipe --version > version; sed -n 1p version; sed 1d version | cut -d ' ' -f 1
grep -qxE 'commit (unknown|[0-9a-f]{7,40}(\+changes)?)' version && grep -qxE 'zlib [0-9.]+' version && grep -qxE 'vectors [A-Z0-9-]+' version; echo $?
cifar-pipe -V | cmp - version; cifar-pipe batch --version | cmp - version
