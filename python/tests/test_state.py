"""Checkpoints: a run that goes on from any state is the run that was not interrupted."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from streams import SMALL, joined, own_copies

import cifar_pipe

OPTIONS: dict[str, Any] = {**SMALL, "preset": "distort", "epochs": 3}


def through_json(state: dict[str, Any]) -> dict[str, Any]:
    restored: dict[str, Any] = json.loads(json.dumps(state))
    return restored


def states_and_batches(data: Path, **options: Any) -> tuple[list[dict[str, Any]], list[bytes]]:
    """Returns the state that holds each batch, and the batches."""
    states, batches = [], []
    with cifar_pipe.Loader(data, **options) as loader:
        for batch in loader.batches():
            states.append(through_json(loader.state_dict()))
            batches.append(joined([batch]))
    return states, batches


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"drop_remainder": True, "label_dtype": "int64"},
        {"epoch_boundary": "blend"},
        {"shard": "1/3"},
        {"shard": "2/3", "uneven": "pad"},
        {"epochs": None, "batches": 25},
    ],
    ids=str,
)
def test_every_batch_is_followed_by_what_followed_it(data: Path, options: dict[str, Any]) -> None:
    options = {**OPTIONS, **options}
    states, expected = states_and_batches(data, **options)

    for number, state in enumerate(states, 1):
        with cifar_pipe.Loader(data, **{**options, "threads": 1, "seed": None if number % 2 else 7}) as loader:
            loader.load_state_dict(state)
            assert own_copies(loader.batches()) == expected[number:], f"after batch {number}"


def test_the_first_epoch_after_loading_is_the_rest_of_the_interrupted_one(data: Path) -> None:
    states, _ = states_and_batches(data, **OPTIONS)

    for number, state in enumerate(states, 1):
        with cifar_pipe.Loader(data, **OPTIONS) as loader:
            loader.load_state_dict(state)
            epochs = [(epoch.index, len(epoch), len(list(epoch))) for epoch in loader.epochs()]
        first, rest = (number - 1) // 11, 11 - ((number - 1) % 11 + 1)
        assert epochs == [(first, rest, rest), *((later, 11, 11) for later in range(first + 1, 3))]


def test_behind_the_last_batch_the_state_is_the_epochs_and_after_the_loop_the_next_ones(data: Path) -> None:
    with cifar_pipe.Loader(data, **OPTIONS) as loader:
        for epoch in loader.epochs():
            assert loader.state_dict()["epoch"] == epoch.index
            for _ in epoch:
                assert loader.state_dict()["epoch"] == epoch.index
            after = loader.state_dict()
            assert (after["epoch"], after["batch"]) == (epoch.index + 1, 0)
    with cifar_pipe.Loader(data, **OPTIONS) as loader:
        loader.load_state_dict(after)
        assert list(loader.epochs()) == []


@pytest.mark.parametrize("ended", [0, 1, 2])
def test_the_empty_rest_of_an_epoch_is_followed_by_the_state_of_the_next(data: Path, ended: int) -> None:
    states, _ = states_and_batches(data, **OPTIONS)
    state = states[11 * ended + 10]
    with cifar_pipe.Loader(data, **OPTIONS) as loader:
        loader.load_state_dict(state)
        assert loader.state_dict() == state
        epoch = next(loader.epochs())
        assert (epoch.index, list(epoch)) == (ended, [])
        assert (loader.state_dict()["epoch"], loader.state_dict()["batch"]) == (ended + 1, 0)
        assert [batch.epoch for batch in loader] == [ended + 1] * (11 if ended < 2 else 0)


def test_an_epoch_that_the_end_of_the_run_cuts_goes_on_in_a_longer_run(data: Path) -> None:
    _, expected = states_and_batches(data, **OPTIONS)
    with cifar_pipe.Loader(data, **{**OPTIONS, "batches": 15}) as loader:
        for _ in loader.batches():
            pass
        state = loader.state_dict()
    with cifar_pipe.Loader(data, **OPTIONS) as loader:
        loader.load_state_dict(state)
        assert [len(epoch) for epoch in loader.epochs()] == [7, 11]
        loader.load_state_dict(state)
        assert own_copies(loader.batches()) == expected[15:]


def test_a_state_before_the_first_batch_begins_the_same_run(data: Path) -> None:
    with cifar_pipe.Loader(data, **{**OPTIONS, "seed": None}) as loader:
        state = through_json(loader.state_dict())
        expected = own_copies(loader.batches())
    with cifar_pipe.Loader(data, **{**OPTIONS, "seed": None}) as loader:
        loader.load_state_dict(state)
        assert own_copies(loader.batches()) == expected


def test_after_a_break_the_state_brings_the_rest_of_the_epoch(data: Path) -> None:
    _, expected = states_and_batches(data, **OPTIONS)
    with cifar_pipe.Loader(data, **OPTIONS) as loader:
        for batch in loader:
            if batch.index == 6:
                break
        state = loader.state_dict()
        loader.load_state_dict(state)
        assert own_copies(loader.batches()) == expected[7:]


def test_loading_ends_an_iteration_that_has_begun_and_held_batches_stay(data: Path) -> None:
    states, expected = states_and_batches(data, **OPTIONS)
    with cifar_pipe.Loader(data, **OPTIONS) as loader:
        batches = loader.batches()
        kept = [next(batches), next(batches)]
        loader.load_state_dict(states[19])
        with pytest.raises(RuntimeError, match="goes on from another state"):
            next(batches)
        assert own_copies(loader.batches()) == expected[20:]
        assert own_copies(kept) == expected[:2]
        del batches


def test_a_state_of_a_state_goes_on_exactly(data: Path) -> None:
    _, expected = states_and_batches(data, **OPTIONS)
    found: list[bytes] = []
    state = None
    while len(found) < len(expected):
        with cifar_pipe.Loader(data, **OPTIONS) as loader:
            if state is not None:
                loader.load_state_dict(state)
            for batch, _ in zip(loader.batches(), range(5), strict=False):
                found.append(joined([batch]))
                state = through_json(loader.state_dict())
                if len(found) % 4 == 0:
                    break
    assert found == expected


def test_at_the_beginning_of_an_epoch_the_number_of_processes_may_change(data: Path) -> None:
    options: dict[str, Any] = {**OPTIONS, "batch_size": 50, "min_after_dequeue": 60}
    _, expected = states_and_batches(data, **options)
    states = []
    for shard in ("0/2", "1/2"):
        with cifar_pipe.Loader(data, shard=shard, **options) as loader:
            for _ in loader:
                pass
            states.append(through_json(loader.state_dict()))

    shards = []
    for index in range(5):
        with cifar_pipe.Loader(data, shard=f"{index}/5", **options) as loader:
            loader.load_state_dict(states[index % 2])
            shards.append(own_copies(loader.batches()))
    assert [batch for turn in zip(*shards, strict=True) for batch in turn] == expected[10:]


@pytest.mark.parametrize(
    ("options", "field"),
    [({"batch_size": 32}, "batch-size"), ({"preset": "eval"}, "transform"), ({"seed": 8}, "seed")],
    ids=str,
)
def test_a_state_that_does_not_fit_is_refused_by_name_and_the_loader_goes_on(
    data: Path, options: dict[str, Any], field: str
) -> None:
    states, _ = states_and_batches(data, **OPTIONS)
    with cifar_pipe.Loader(data, **{**OPTIONS, **options}) as loader:
        batches = iter(loader)
        next(batches)
        with pytest.raises(cifar_pipe.ResumeError, match=field) as raised:
            loader.load_state_dict(states[4])
        assert raised.value.exit_code == 78
        assert isinstance(raised.value, ValueError)
        assert next(batches).index == 1
        del raised, batches


@pytest.mark.parametrize(
    ("state", "text"),
    [
        ({}, "version is not known"),
        ({"version": 2, "token": "t", "epoch": 0, "batch": 0}, "expected 1, found 2"),
        ({"version": 1, "epoch": 0, "batch": 0}, "'token'"),
        ({"version": 1, "token": "t", "epoch": "0", "batch": 0}, "'epoch'"),
        ({"version": 1, "token": "t", "epoch": 0, "batch": -1}, "'batch'"),
        (None, "found NoneType"),
    ],
    ids=str,
)
def test_what_is_no_state_is_refused_without_starting_the_tool(state: Any, text: str) -> None:
    loader = cifar_pipe.Loader(synthetic=True)
    with pytest.raises(cifar_pipe.ResumeError, match=text):
        loader.load_state_dict(state)
    assert loader._run is None


def test_a_token_as_an_option_goes_on_and_a_batch_to_start_with_does(data: Path) -> None:
    states, expected = states_and_batches(data, **OPTIONS)
    for options in ({"resume": states[13]["token"]}, {"start_batch": 14}):
        with cifar_pipe.Loader(data, **{**OPTIONS, **options}) as loader:
            assert [len(epoch) for epoch in loader.epochs()] == [8, 11]
        with cifar_pipe.Loader(data, **{**OPTIONS, **options}) as loader:
            assert own_copies(loader.batches()) == expected[14:]
