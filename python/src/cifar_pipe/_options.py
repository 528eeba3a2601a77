"""The options of `cifar-pipe batch` as keywords, and their text for the command line."""

from __future__ import annotations

import difflib
import os
from collections.abc import Mapping
from typing import TypedDict

Text = str | os.PathLike[str] | None
Number = int | str | None


class Options(TypedDict, total=False):
    """Every option of `cifar-pipe batch` that a program may set; `None` and `False` mean "not given".

    The manual page `cifar-pipe-batch(1)` says what each one does.
    """

    dataset: Text
    split: Text
    synthetic: bool | None
    batch_size: Number
    threads: Number
    min_after_dequeue: Number
    capacity: Number
    no_shuffle: bool | None
    seed: Number
    epochs: Number
    batches: Number
    drop_remainder: bool | None
    epoch_boundary: Text
    transform: Text
    preset: Text
    layout: Text
    dtype: Text
    labels: Text
    label_dtype: Text
    memory_limit: Number
    stall_limit: float | str | None
    resume: Text
    start_batch: Number
    shard: Text
    uneven: Text
    slots: Number
    digest: bool | None


FLAGS = frozenset({"synthetic", "no_shuffle", "drop_remainder", "digest"})
VALUES = frozenset({"data", *Options.__annotations__}) - FLAGS

# What the package decides itself, and what a program uses instead.
OWNED: Mapping[str, str] = {
    "format": "the package takes slots",
    "output": "batches go to the program",
    "force": "no file is written",
    "epoch_marks": "epochs() tells epochs apart",
    "frames": "batches know their place",
    "manifest": "arrays have shapes and types",
    "token_file": "use state_dict()",
    "dry_run": "use the tool itself",
    "json": "use the tool itself",
    "live": "use the tool itself",
    "trace": "use the tool itself",
    "slots_fd": "the package makes the memory",
    "quiet": "messages are shown with verbose=True alone",
    "version": "use cifar_pipe.__version__",
    "help": "see the manual page cifar-pipe-batch(1)",
}

# Without a number of epochs or batches a loader goes on for ever: for the tool, so many epochs.
ENDLESS_EPOCHS = 1_000_000_000


def arguments(options: Mapping[str, object]) -> list[str]:
    """Returns the arguments of `cifar-pipe batch` for `options`.

    Raises TypeError for an unknown name, for one that belongs to the package, and for a flag that is no truth value.
    """
    result: list[str] = []
    for name, value in options.items():
        if name in OWNED:
            raise TypeError(f"option '{name}' belongs to the package: {OWNED[name]}")
        if name not in FLAGS and name not in VALUES:
            close = difflib.get_close_matches(name, sorted(FLAGS | VALUES | {"copy", "verbose"}), n=3)
            hint = f"; did you mean {' or '.join(repr(match) for match in close)}?" if close else ""
            raise TypeError(f"unknown option '{name}'{hint}")
        if value is None:
            continue
        option = "--" + name.replace("_", "-")
        if name in FLAGS:
            if not isinstance(value, bool):
                raise TypeError(f"option '{name}' is a flag: expected True or False, found {value!r}")
            if value:
                result.append(option)
            continue
        if isinstance(value, bool) or not isinstance(value, (str, int, float, os.PathLike)):
            raise TypeError(f"option '{name}' takes a text or a number (found {value!r})")
        text = os.fspath(value) if isinstance(value, os.PathLike) else str(value)
        if name == "data":
            text = os.path.expanduser(text)
        # As one word, so that a value that begins with a dash is no option.
        result.append(f"{option}={text}")
    if options.get("epochs") is None and options.get("batches") is None:
        result.append(f"--epochs={ENDLESS_EPOCHS}")
    return result
