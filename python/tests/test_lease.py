"""Slots: who holds them, and when they go back."""

from __future__ import annotations

import gc
import threading
from pathlib import Path
from typing import Any

import numpy as np
from streams import SMALL, joined, own_copies, raw

import cifar_pipe

OPTIONS: dict[str, Any] = {**SMALL, "preset": "distort", "epochs": 4, "slots": 6}


def held(loader: cifar_pipe.Loader) -> int:
    assert loader._run is not None
    return len(loader._run.tool.returns.held)


def test_a_slot_goes_back_when_the_last_array_that_looks_at_it_is_gone(data: Path) -> None:
    with cifar_pipe.Loader(data, **OPTIONS) as loader:
        batches = iter(loader)
        part = next(batches).images[3:5, ::2].transpose(0, 3, 1, 2)[1:]
        label = next(batches).labels
        next(batches)
        assert held(loader) == 2

        del part
        assert held(loader) == 1
        del batches
        assert held(loader) == 0
        assert label.shape == (48, 1)


def test_who_holds_all_slots_but_two_gets_copies(data: Path) -> None:
    with cifar_pipe.Loader(data, drop_remainder=True, **OPTIONS) as loader:
        batches = [batch for batch, _ in zip(loader.batches(), range(20), strict=False)]
        owned = [batch.images.base is None for batch in batches]
        assert owned == [False] * 4 + [True] * 16
        assert held(loader) == 4


def test_copies_hold_no_slot(data: Path) -> None:
    with cifar_pipe.Loader(data, copy=True, **OPTIONS) as loader:
        for batch in loader:
            assert batch.images.flags.owndata or len(batch.images) < 48
            assert held(loader) == 0


def test_what_is_held_never_changes(data: Path) -> None:
    # Batches are kept for a while and let go in another order than they came.
    kept: list[tuple[Any, bytes]] = []
    choice = np.random.default_rng(1)
    with cifar_pipe.Loader(data, **OPTIONS) as loader:
        for batch in loader.batches():
            kept.append((batch, joined([batch])))
            while len(kept) > choice.integers(1, 9):
                old, content = kept.pop(choice.integers(len(kept)))
                assert joined([old]) == content
                del old
    assert all(joined([batch]) == content for batch, content in kept)


def test_what_is_written_into_a_batch_changes_no_other(data: Path) -> None:
    expected = raw(data, **OPTIONS)
    found = []
    with cifar_pipe.Loader(data, **OPTIONS) as loader:
        for batch in loader.batches():
            found.append(joined([batch]))
            batch.images[...] = -1
            batch.labels[...] = -1
    assert b"".join(found) == expected


def test_a_batch_that_was_not_handed_out_comes_again(data: Path) -> None:
    class Interrupted(cifar_pipe.Loader):
        calls = 0

        def _convert(self, images: Any, labels: Any) -> tuple[Any, Any]:
            self.calls += 1
            if self.calls % 3:
                raise KeyboardInterrupt
            return images, labels

    found: list[bytes] = []
    with Interrupted(data, **OPTIONS) as loader:
        for epoch in loader.epochs():
            while len(found) < 11 * (epoch.index + 1):
                try:
                    found.append(joined([next(iter(epoch))]))
                except KeyboardInterrupt:
                    continue
    assert b"".join(found) == raw(data, **OPTIONS)


def test_batches_may_die_in_other_threads(data: Path) -> None:
    expected = raw(data, **OPTIONS)
    found: list[bytes] = []
    pending: list[Any] = []
    come = threading.Semaphore(0)

    def consume() -> None:
        while come.acquire() and (batch := pending.pop(0)) is not None:
            found.append(joined([batch]))
            del batch

    with cifar_pipe.Loader(data, **OPTIONS) as loader:
        thread = threading.Thread(target=consume)
        thread.start()
        for batch in loader.batches():
            pending.append(batch)
            come.release()
        pending.append(None)
        come.release()
        thread.join()
    assert b"".join(found) == expected


def test_what_is_held_stays_as_it_is_when_the_loader_is_closed(data: Path) -> None:
    # The tool is at work on later batches then, and waits for slots.
    with cifar_pipe.Loader(data, **OPTIONS) as loader:
        expected = own_copies(loader)
    for _ in range(40):
        with cifar_pipe.Loader(data, **OPTIONS) as loader:
            batches = list(loader)
        assert own_copies(batches) == expected
        del batches


def test_batches_outlive_the_loader(data: Path) -> None:
    loader = cifar_pipe.Loader(data, **OPTIONS)
    batches = [batch for batch, _ in zip(loader, range(3), strict=False)]
    content = own_copies(batches)

    loader.close()
    del loader
    gc.collect()

    assert own_copies(batches) == content
