"""Compares every batch that a framework gets with `cifar-pipe batch --format raw`, byte by byte.

python batches.py FRAMEWORK DATA
"""

from __future__ import annotations

import collections
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np

import cifar_pipe
from cifar_pipe._binary import find
from cifar_pipe._options import arguments

Arrays = tuple[Any, Any]
"""Images and labels of a batch as NumPy has them, in the order of axes that the tool was asked for."""

HELD = 12
"""Batches that are held before they are looked at, more than there are slots: memory that is used again would show."""

CASES: list[dict[str, Any]] = [
    {"preset": "eval", "epochs": 2, "batch_size": 100, "threads": 1},
    {"preset": "distort", "epochs": 3, "batch_size": 96, "threads": 2},
    {"preset": "torch", "epochs": 2, "batch_size": 64, "drop_remainder": True},
    {"preset": "torch", "dtype": "float16", "batch_size": 64},
    {"preset": "raw", "split": "test", "no_shuffle": True, "batch_size": 7},
]

Source = Callable[..., Iterable[Any]]


def numpy_batches(**options: Any) -> Iterator[Any]:
    yield from cifar_pipe.Loader(**options).batches()


def torch_batches(**options: Any) -> Iterator[Any]:
    from cifar_pipe.torch import Loader

    yield from Loader(**options).batches()


def torch_channels_last(**options: Any) -> Iterator[Any]:
    from cifar_pipe.torch import Loader

    del options["layout"]
    for images, labels in Loader(channels_last=True, **options).batches():
        yield images.permute(0, 2, 3, 1), labels


def jax_batches(**options: Any) -> Iterator[Any]:
    from cifar_pipe.jax import Loader

    yield from Loader(**options).batches()


def mlx_batches(**options: Any) -> Iterator[Any]:
    import mlx.core as mx

    for images, labels in cifar_pipe.Loader(**options).batches():
        yield mx.array(images), mx.array(labels)


def tensorflow_batches(**options: Any) -> Iterator[Any]:
    from cifar_pipe.tensorflow import dataset

    yield from dataset(cifar_pipe.Loader(**options)).repeat(options.get("epochs", 1))


SOURCES: dict[str, list[Source]] = {
    "numpy": [numpy_batches],
    "torch": [torch_batches, torch_channels_last],
    "jax": [jax_batches],
    "mlx": [mlx_batches],
    "tensorflow": [tensorflow_batches],
}


def compare(source: Source, options: dict[str, Any]) -> int:
    """Returns how many batches were the same; raises ValueError at the first that was not."""
    tool = subprocess.Popen([find(), "batch", *arguments(options), "--format", "raw"], stdout=subprocess.PIPE)
    assert tool.stdout is not None
    held: collections.deque[Any] = collections.deque()
    count = 0

    def look_at_first() -> None:
        nonlocal count
        images, labels = held.popleft()
        # Whatever the type of the labels is, raw has int32.
        for name, array in (("images", np.asarray(images)), ("labels", np.asarray(labels).astype(np.int32))):
            if tool.stdout.read(array.nbytes) != array.tobytes():  # type: ignore[union-attr]
                raise ValueError(f"{source.__name__}, {options}: {name} of batch {count} differ")
        count += 1

    for batch in source(**options):
        held.append(batch)
        if len(held) > HELD:
            look_at_first()
    while held:
        look_at_first()
    if tool.stdout.read(1) or tool.wait() != 0:
        raise ValueError(f"{source.__name__}, {options}: ends after batch {count}, before the data")
    return count


def main() -> int:
    framework, data = sys.argv[1:]
    count = 0
    for source in SOURCES[framework]:
        for case in CASES:
            # The layout of the preset torch is another, which an option of its own overrides.
            layout = "nhwc" if source is torch_channels_last or case["preset"] != "torch" else "nchw"
            options = {"data": data, "seed": 3, "epochs": 1, "layout": layout, **case}
            count += compare(source, options)
    print(f"{count} batches are those of --format raw")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except ValueError as error:
        print(error, file=sys.stderr)
        sys.exit(1)
