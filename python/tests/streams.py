"""What a run delivers, as the tool itself writes it, and as a loader hands it out."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
from conftest import run_tool

from cifar_pipe._options import arguments

SMALL: dict[str, Any] = {"seed": 7, "batch_size": 48, "min_after_dequeue": 100, "threads": 2}


def raw(data: Path, **options: Any) -> bytes:
    """Returns the bytes that the tool writes for `options` with `--format raw`."""
    options.pop("slots", None)
    return run_tool("batch", *arguments({"data": data, **options}), "--format", "raw")


def joined(batches: Iterable[Any]) -> bytes:
    """Returns the bytes of batches, in the order of `--format raw`."""
    return b"".join(np.asarray(part).tobytes() for batch in batches for part in batch)


def own_copies(batches: Iterable[Any]) -> list[bytes]:
    """Returns the bytes of each batch."""
    return [joined([batch]) for batch in batches]
