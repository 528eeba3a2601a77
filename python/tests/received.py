"""Prints the images a second that a Python program receives after the first epoch, for scripts/benchmark.

`received.py slots OPTIONS...`: from the package, with these options of `cifar-pipe batch`.
`received.py frames`: from standard input, `cifar-pipe batch --format npy --frames`.
"""

import struct
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

sys.path.append(str(Path(__file__).parents[2] / "examples"))


def from_slots(words: list[str]) -> Iterator[int]:
    """Yields the examples of each batch, and 0 at the end of each epoch."""
    import cifar_pipe

    names = [word.removeprefix("--").replace("-", "_") for word in words[::2]]
    options: dict[str, Any] = dict(zip(names, words[1::2], strict=True))
    with cifar_pipe.Loader(**options) as loader:
        for epoch in loader.epochs():
            for images, _labels in epoch:
                yield len(images)
            yield 0


def from_frames(stream: BinaryIO) -> Iterator[int]:
    """As `from_slots`."""
    import read_npy  # type: ignore[import-not-found]

    arrays = read_npy.arrays(stream)
    while frame := stream.read(64):
        kind, _, count = struct.unpack_from("<III", frame)
        if kind == 2:
            next(arrays)
            next(arrays)
            yield count
        elif kind == 3:
            yield 0


def rate(counts: Iterator[int]) -> float:
    """Images a second from the end of the first epoch on."""
    for count in counts:
        if count == 0:
            break
    start = time.monotonic()
    images = sum(counts)
    return images / (time.monotonic() - start)


match sys.argv[1:]:
    case ["slots", *words]:
        print(round(rate(from_slots(words))))
    case ["frames"]:
        print(round(rate(from_frames(sys.stdin.buffer))))
    case _:
        sys.exit(__doc__)
