"""What comes: the bytes of `--format raw`, in epochs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streams import SMALL, joined, own_copies, raw

import cifar_pipe

EPOCHS = {**SMALL, "epochs": 3}


@pytest.mark.parametrize(
    "options",
    [
        {"preset": "raw"},
        {"preset": "eval"},
        {"preset": "distort"},
        {"preset": "torch"},
        {"preset": "torch", "threads": 1},
        {"preset": "raw", "no_shuffle": True, "min_after_dequeue": None},
        {"preset": "distort", "drop_remainder": True},
        {"preset": "raw", "epoch_boundary": "blend"},
        {"preset": "raw", "slots": 2},
        {"preset": "eval", "slots": 255, "threads": 4},
        {"preset": "raw", "batch_size": 1, "epochs": 1},
        {"preset": "raw", "batch_size": 500},
        {"preset": "raw", "epochs": None, "batches": 13},
        {"preset": "raw", "shard": "1/3"},
        {"preset": "raw", "shard": "0/3", "uneven": "pad"},
        {"preset": "raw", "shard": "0/3", "uneven": "keep"},
        {"preset": "raw", "seed": 2**64 - 1},
        {"preset": "eval", "label_dtype": "int64"},
        {"preset": "eval", "dtype": "float16"},
    ],
    ids=str,
)
@pytest.mark.parametrize("copy", [False, True], ids=["views", "copies"])
def test_a_run_has_the_bytes_of_format_raw(data: Path, options: dict[str, Any], copy: bool) -> None:
    options = {**EPOCHS, **options}
    with cifar_pipe.Loader(data, copy=copy, **options) as loader:
        assert joined(loader.batches()) == raw(data, **options)


def test_a_list_of_an_epoch_is_right_although_it_holds_every_slot(data: Path) -> None:
    with cifar_pipe.Loader(data, preset="distort", slots=4, **EPOCHS) as loader:
        epochs = [list(loader) for _ in range(3)]

    assert b"".join(map(joined, epochs)) == raw(data, preset="distort", **EPOCHS)


def test_batches_know_their_shapes_types_and_place(data: Path) -> None:
    with cifar_pipe.Loader(data, preset="eval", **EPOCHS) as loader:
        batches = list(loader.batches())

    assert [batch.images.shape for batch in batches[9:12]] == [(48, 24, 24, 3), (20, 24, 24, 3), (48, 24, 24, 3)]
    assert [batch.labels.shape for batch in batches[9:12]] == [(48, 1), (20, 1), (48, 1)]
    assert (batches[0].images.dtype, batches[0].labels.dtype) == (np.float32, np.int32)
    places = [(batch.number, batch.epoch, batch.index) for batch in batches]
    assert places == [(number, number // 11, number % 11) for number in range(33)]


def test_labels_of_int64_have_one_axis(data: Path) -> None:
    with cifar_pipe.Loader(data, label_dtype="int64", **EPOCHS) as loader:
        batch = next(iter(loader))
        assert (batch.labels.shape, batch.labels.dtype) == ((48,), np.int64)
        del batch


def test_each_loop_is_an_epoch_and_after_the_last_nothing_comes(data: Path) -> None:
    with cifar_pipe.Loader(data, preset="raw", **EPOCHS) as loader:
        epochs = [[batch.epoch for batch in loader] for _ in range(5)]

    assert epochs == [[0] * 11, [1] * 11, [2] * 11, [], []]


def test_a_break_leaves_out_the_rest_of_the_epoch(data: Path) -> None:
    with cifar_pipe.Loader(data, preset="raw", **EPOCHS) as loader:
        for batch in loader:
            if batch.index == 4:
                break
        assert [(batch.epoch, batch.index) for batch in loader] == [(1, index) for index in range(11)]


def test_an_epoch_goes_on_where_its_last_loop_stopped(data: Path) -> None:
    with cifar_pipe.Loader(data, preset="raw", **EPOCHS) as loader:
        epoch = next(loader.epochs())
        first = [batch.index for batch, _ in zip(epoch, range(4), strict=False)]
        rest = [batch.index for batch in epoch]

        assert (first, rest) == ([0, 1, 2, 3], [5, 6, 7, 8, 9, 10])
        assert list(epoch) == []


def test_epochs_have_numbers_and_lengths(data: Path) -> None:
    with cifar_pipe.Loader(data, preset="raw", **{**SMALL, "batches": 25}) as loader:
        assert len(loader) == 11
        assert [(epoch.index, len(epoch), len(list(epoch))) for epoch in loader.epochs()] == [
            (0, 11, 11),
            (1, 11, 11),
            (2, 3, 3),
        ]


@pytest.mark.parametrize("uneven", ["drop", "pad"])
@pytest.mark.parametrize("shard", ["0/4", "3/4"])
def test_lengths_are_those_of_the_process(data: Path, shard: str, uneven: str) -> None:
    with cifar_pipe.Loader(data, preset="raw", shard=shard, uneven=uneven, **EPOCHS) as loader:
        lengths = [(len(loader), len(epoch), len(list(epoch))) for epoch in loader.epochs()]
    assert lengths == [(2, 2, 2) if uneven == "drop" else (3, 3, 3)] * 3


@pytest.mark.parametrize("options", [{"epoch_boundary": "blend"}, {"shard": "0/4", "uneven": "keep"}], ids=str)
def test_a_length_that_differs_is_a_type_error_and_a_list_is_made_all_the_same(
    data: Path, options: dict[str, Any]
) -> None:
    with cifar_pipe.Loader(data, preset="raw", **EPOCHS, **options) as loader:
        with pytest.raises(TypeError, match="length of an epoch is not known"):
            len(loader)
        assert loader
        assert joined(list(loader.batches())) == raw(data, preset="raw", **EPOCHS, **options)


def test_a_loader_without_an_end_goes_on(data: Path) -> None:
    with cifar_pipe.Loader(data, preset="raw", **SMALL) as loader:
        epochs = [sum(1 for _ in loader) for _ in range(20)]
    assert epochs == [11] * 20


def test_two_loaders_side_by_side_do_not_meet(data: Path) -> None:
    first: dict[str, Any] = {**EPOCHS, "preset": "distort"}
    second: dict[str, Any] = {**EPOCHS, "preset": "raw", "seed": 8}
    with cifar_pipe.Loader(data, **first) as one, cifar_pipe.Loader(data, **second) as other:
        pairs = list(zip(one.batches(), other.batches(), strict=True))

    assert joined(pair[0] for pair in pairs) == raw(data, **first)
    assert joined(pair[1] for pair in pairs) == raw(data, **second)


def test_a_second_loop_over_the_same_loader_ends_the_first(data: Path) -> None:
    with cifar_pipe.Loader(data, preset="raw", **EPOCHS) as loader:
        first = iter(loader)
        next(first)
        second = iter(loader)
        assert next(second).epoch == 1
        with pytest.raises(RuntimeError, match="another iteration of the same loader has begun"):
            next(first)


def test_bfloat16_images_are_the_bytes_of_raw(data: Path) -> None:
    options: dict[str, Any] = {**EPOCHS, "preset": "eval", "dtype": "bfloat16"}
    with cifar_pipe.Loader(data, **options) as loader:
        batches = list(loader.batches())
    assert batches[0].images.dtype.itemsize == 2
    assert joined(batches) == raw(data, **options)


def test_messages_are_printed_with_verbose(data: Path, capfd: pytest.CaptureFixture[str]) -> None:
    with cifar_pipe.Loader(data, preset="raw", verbose=True, digest=True, **EPOCHS) as loader:
        assert len(own_copies(loader.batches())) == 33
    assert "cifar-pipe: " in (said := capfd.readouterr().err)
    assert "sha256 " in said
