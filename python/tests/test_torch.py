"""Tensors on shared memory."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streams import SMALL, joined, raw

torch = pytest.importorskip("torch")

from cifar_pipe import torch as cifar_pipe_torch  # noqa: E402

OPTIONS: dict[str, Any] = {**SMALL, "epochs": 3}


def as_arrays(batch: Any) -> tuple[Any, Any]:
    return batch.images.numpy(), batch.labels.numpy()


@pytest.mark.parametrize("preset", ["torch", "distort", "raw"])
@pytest.mark.parametrize("options", [{}, {"slots": 4}, {"copy": True}, {"device": "cpu"}], ids=str)
def test_tensors_have_the_bytes_of_format_raw(data: Path, preset: str, options: dict[str, Any]) -> None:
    with cifar_pipe_torch.Loader(data, preset=preset, **OPTIONS, **options) as loader:
        batches = list(loader.batches())

    assert joined(map(as_arrays, batches)) == raw(data, preset=preset, label_dtype="int64", **OPTIONS)
    assert all(batch.labels.dtype == torch.int64 and batch.labels.ndim == 1 for batch in batches)


def test_tensors_look_at_the_slot_and_hold_it(data: Path) -> None:
    with cifar_pipe_torch.Loader(data, preset="torch", **OPTIONS) as loader:
        batches = iter(loader)
        part = next(batches).images[3:5].flatten()[7:]
        del batches
        assert loader._run is not None
        returns, memory = loader._run.tool.returns, np.frombuffer(loader._run.memory, np.uint8)
        start = memory.ctypes.data
        assert start <= part.data_ptr() < start + memory.nbytes
        assert len(returns.held) == 1
        del part
        assert not returns.held


def test_channels_last_is_the_memory_format_and_no_copy(data: Path) -> None:
    with cifar_pipe_torch.Loader(data, preset="torch", channels_last=True, **OPTIONS) as loader:
        batches = list(loader)
    with cifar_pipe_torch.Loader(data, preset="torch", **OPTIONS) as loader:
        expected = list(loader)

    assert batches[0].images.shape == (48, 3, 32, 32)
    assert batches[0].images.is_contiguous(memory_format=torch.channels_last)
    pairs = zip(batches, expected, strict=True)
    assert all(torch.equal(one.images, other.images) for one, other in pairs)


def test_channels_last_of_another_layout_is_refused() -> None:
    with pytest.raises(ValueError, match="channels_last needs layout 'nhwc'"):
        cifar_pipe_torch.Loader(synthetic=True, layout="nchw", channels_last=True)


def test_labels_may_have_another_type(data: Path) -> None:
    with cifar_pipe_torch.Loader(data, label_dtype="int32", **OPTIONS) as loader:
        assert next(iter(loader)).labels.shape == (48, 1)


@pytest.mark.parametrize(("dtype", "name"), [("float16", "float16"), ("bfloat16", "bfloat16"), ("uint8", "uint8")])
def test_images_have_the_type_of_torch(data: Path, dtype: str, name: str) -> None:
    options: dict[str, Any] = {**OPTIONS, "preset": "raw" if dtype == "uint8" else "torch", "dtype": dtype}
    with cifar_pipe_torch.Loader(data, **options) as loader:
        images = b"".join(batch.images.view(torch.uint8).numpy().tobytes() for batch in loader.batches())
        assert next(iter(cifar_pipe_torch.Loader(data, **options))).images.dtype == getattr(torch, name)
    with cifar_pipe_torch.Loader(data, copy=True, **options) as loader:
        assert images == b"".join(batch.images.view(torch.uint8).numpy().tobytes() for batch in loader.batches())


def test_a_net_learns_the_same_after_a_state_was_loaded(data: Path) -> None:
    def train(loader: Any, net: Any, losses: list[float], most: int = 1000) -> None:
        for _, (images, labels) in zip(range(most), loader.batches(), strict=False):
            loss = torch.nn.functional.cross_entropy(net(images.flatten(1)), labels)
            net.zero_grad()
            loss.backward()
            with torch.no_grad():
                for parameter in net.parameters():
                    parameter -= 0.01 * parameter.grad
            losses.append(loss.item())

    def new_net() -> Any:
        torch.manual_seed(1)
        return torch.nn.Linear(3 * 32 * 32, 10)

    expected: list[float] = []
    with cifar_pipe_torch.Loader(data, preset="torch", **OPTIONS) as loader:
        train(loader, new_net(), expected)

    losses: list[float] = []
    net = new_net()
    with cifar_pipe_torch.Loader(data, preset="torch", **OPTIONS) as loader:
        train(loader, net, losses, 14)
        state = loader.state_dict()
    with cifar_pipe_torch.Loader(data, preset="torch", **OPTIONS) as loader:
        loader.load_state_dict(state)
        train(loader, net, losses)
    assert losses == expected


class FakeRuntime:
    """What the loader asks of CUDA, written down."""

    def __init__(self) -> None:
        self.calls: list[tuple[Any, ...]] = []
        self.events: list[FakeRuntime.Event] = []

    class Event:
        is_done = False

        def record(self, stream: object) -> None:
            self.stream = stream

        def query(self) -> bool:
            return self.is_done

        def synchronize(self) -> None:
            self.is_done = True

    def new_event(self) -> Event:
        self.events.append(FakeRuntime.Event())
        return self.events[-1]

    def cudaHostRegister(self, *arguments: int) -> int:  # noqa: N802
        self.calls.append(("register", *arguments))
        return 0

    def cudaHostUnregister(self, *arguments: int) -> int:  # noqa: N802
        self.calls.append(("unregister", *arguments))
        return 0


def test_a_slot_is_held_until_its_copy_to_the_device_is_done(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # There is no GPU here: this holds the order of the calls, not what CUDA makes of them.
    runtime = FakeRuntime()
    monkeypatch.setattr(torch.cuda, "cudart", lambda: runtime)
    monkeypatch.setattr(torch.cuda, "Event", runtime.new_event)
    monkeypatch.setattr(torch.cuda, "current_stream", lambda device: device)
    loader = cifar_pipe_torch.Loader(data, preset="torch", device="cuda", **OPTIONS)
    loader._device = torch.device("cpu")

    batches = iter(loader)
    next(batches)
    run = loader._run
    assert run is not None
    next(batches)
    assert len(run.tool.returns.held) == 2
    next(batches)
    assert len(run.tool.returns.held) == 3
    runtime.events[0].is_done = runtime.events[1].is_done = True
    next(batches)
    assert len(run.tool.returns.held) == 2

    memory = np.frombuffer(run.memory, np.uint8)
    address, size = memory.ctypes.data, memory.nbytes
    del memory, batches
    assert runtime.calls == [("register", address, size, 1)]
    loader.close()
    assert runtime.calls[1:] == [("unregister", address)]
    assert all(event.is_done for event in runtime.events)
