"""A loader as a dataset of TensorFlow."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from streams import SMALL, joined, raw

tf = pytest.importorskip("tensorflow")

import cifar_pipe  # noqa: E402
from cifar_pipe import tensorflow as cifar_pipe_tensorflow  # noqa: E402


@pytest.fixture
def nothing_is_left_behind() -> None:
    """Allows the threads and descriptors that TensorFlow keeps."""


@pytest.mark.parametrize("preset", ["distort", "raw"])
def test_a_dataset_has_the_bytes_of_format_raw(data: Path, preset: str) -> None:
    options: dict[str, Any] = {**SMALL, "epochs": 3, "preset": preset}
    with cifar_pipe.Loader(data, **options) as loader:
        dataset = cifar_pipe_tensorflow.dataset(loader)
        epochs = [[(images.numpy(), labels.numpy()) for images, labels in dataset] for _ in range(3)]

    assert [len(epoch) for epoch in epochs] == [11, 11, 11]
    assert b"".join(map(joined, epochs)) == raw(data, **options)
    assert dataset.element_spec[0].shape.as_list()[1:] == ([24, 24, 3] if preset == "distort" else [32, 32, 3])
