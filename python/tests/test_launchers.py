"""Several processes: each gets its batches, as the launcher says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from streams import SMALL, own_copies

import cifar_pipe

OPTIONS: dict[str, Any] = {**SMALL, "preset": "distort", "epochs": 2}


@pytest.mark.parametrize("names", [("RANK", "WORLD_SIZE"), ("SLURM_PROCID", "SLURM_NTASKS")], ids=str)
def test_the_processes_of_a_launcher_share_the_run(
    data: Path, monkeypatch: pytest.MonkeyPatch, names: tuple[str, str]
) -> None:
    with cifar_pipe.Loader(data, **OPTIONS) as loader:
        epochs = [own_copies(epoch) for epoch in loader.epochs()]

    shares, states = [], []
    for rank in range(2):
        monkeypatch.setenv(names[0], str(rank))
        monkeypatch.setenv(names[1], "2")
        with cifar_pipe.Loader(data, **OPTIONS) as loader:
            assert len(loader) == 5
            batches = loader.batches()
            first = [next(batches) for _ in range(3)]
            states.append((loader.state_dict()["epoch"], loader.state_dict()["batch"]))
            shares.append(own_copies([*first, *batches]))

    # The eleventh batch of an epoch is nobody's.
    assert [batch for turn in zip(*shares, strict=True) for batch in turn] == epochs[0][:10] + epochs[1][:10]
    assert states == [(0, 3), (0, 3)]


def test_a_launcher_without_a_seed_is_an_error_of_usage(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RANK", "0")
    monkeypatch.setenv("WORLD_SIZE", "2")
    with pytest.raises(cifar_pipe.UsageError, match="--seed"):
        len(cifar_pipe.Loader(data, min_after_dequeue=100, batch_size=48))
