# Epochs as files: make builds what is missing, several at once, and a file is there as a whole or not at all.
#
# Usage: make -f epochs.mk -j 2 [DATA=DIR] [SEEDS='1 2 3'] [OPTIONS='--preset torch'] [verify]
#
# --output gives a file its name when its last byte is on the disk. So an interrupted make leaves no half of a target
# behind that the next one would take for done, and no rule has to write to another name and rename.

DATA ?= cifar-10-batches-bin
SEEDS ?= 1 2 3
OPTIONS ?= --preset raw

FILES := $(SEEDS:%=epoch-%.npy)

all: $(FILES:=.sha256)

# New records make new epochs; --force replaces a file that is out of date.
epoch-%.npy: $(wildcard $(DATA)/*.bin)
	cifar-pipe batch --data $(DATA) --seed $* $(OPTIONS) --format npy --force --output $@

%.sha256: %
	sha256sum $< >$@.new && mv $@.new $@

verify: all
	sha256sum --quiet --check $(FILES:=.sha256)

# Otherwise make would remove the epochs, as files on the way to their digests.
.SECONDARY: $(FILES)
.PHONY: all verify
