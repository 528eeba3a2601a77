"""Batches as arrays of JAX."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streams import SMALL, joined, raw

jax = pytest.importorskip("jax")

from cifar_pipe import Batch  # noqa: E402
from cifar_pipe import jax as cifar_pipe_jax  # noqa: E402

OPTIONS: dict[str, Any] = {**SMALL, "epochs": 6}


@pytest.mark.parametrize("options", [{"preset": "distort"}, {"preset": "raw", "slots": 3}, {"copy": True}], ids=str)
def test_what_is_held_has_the_bytes_of_format_raw(data: Path, options: dict[str, Any]) -> None:
    with cifar_pipe_jax.Loader(data, **OPTIONS, **options) as loader:
        batches = list(loader.batches())
    options.pop("copy", None)

    assert all(isinstance(part, jax.Array) for batch in batches for part in batch)
    assert batches[0].labels.shape == (48,)
    assert joined(batches) == raw(data, **OPTIONS, **options)


def test_batches_that_come_and_go_are_right(data: Path) -> None:
    total = jax.jit(lambda batch: batch.images.astype("int32").sum() + batch.labels.sum())
    with cifar_pipe_jax.Loader(data, preset="raw", slots=3, **OPTIONS) as loader:
        totals = [total(batch) for batch in loader.batches()]
    with cifar_pipe_jax.Loader(data, preset="raw", copy=True, **OPTIONS) as loader:
        expected = [int(np.asarray(images).astype(int).sum() + labels.sum()) for images, labels in loader.batches()]
    assert [int(each) for each in totals] == expected


def test_functions_of_jax_take_a_batch(data: Path) -> None:
    with cifar_pipe_jax.Loader(data, preset="raw", **OPTIONS) as loader:
        batch = next(iter(loader))
        twice = jax.tree_util.tree_map(lambda part: part * 2, batch)
        assert isinstance(twice, Batch)
        assert (twice.labels == batch.labels * 2).all()
        with pytest.raises(AttributeError, match="no place in the run"):
            _ = twice.number
