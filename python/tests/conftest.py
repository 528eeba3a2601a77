"""Fixtures: the tool, small data sets, and a time limit for each test."""

from __future__ import annotations

import faulthandler
import os
import signal
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

import pytest

from cifar_pipe import _binary

FAKE_TOOL = Path(__file__).parent / "fake_tool.py"
_LIMIT_IN_SECONDS = 60


@pytest.fixture(autouse=True)
def time_limit() -> Iterator[None]:
    """Fails a test that takes too long, and tells where each thread was."""

    def give_up(signal_number: int, frame: FrameType | None) -> None:
        faulthandler.dump_traceback()
        raise TimeoutError(f"the test took longer than {_LIMIT_IN_SECONDS} s")

    previous = signal.signal(signal.SIGALRM, give_up)
    signal.alarm(_LIMIT_IN_SECONDS)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, previous)


@pytest.fixture(autouse=True)
def no_launcher(monkeypatch: pytest.MonkeyPatch) -> None:
    """Takes away what a launcher around the tests would tell the tool."""
    for name in ("RANK", "WORLD_SIZE", "SLURM_PROCID", "SLURM_NTASKS", "CIFAR_PIPE_DATA"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(autouse=True)
def nothing_is_left_behind() -> Iterator[None]:
    """Fails a test after which this process has children, threads or descriptors that it had not before."""
    threads, descriptors = threading.active_count(), _descriptors()
    yield
    import gc

    gc.collect()
    assert _children() == []
    assert threading.active_count() <= threads
    assert _descriptors() <= descriptors


def _descriptors() -> int:
    return len(os.listdir("/proc/self/fd"))


def _children() -> list[str]:
    return Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Returns a data set of 5 times 100 records."""
    directory = tmp_path_factory.mktemp("data") / "cifar-10"
    run_tool("synth", "--output", str(directory), "--records-per-file", "100", "--seed", "3")
    return directory


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Puts the fake tool in the place of the real one; a test names its fault in CIFAR_PIPE_FAKE."""
    monkeypatch.setenv(_binary.VARIABLE, str(FAKE_TOOL))
    return monkeypatch


def run_tool(*arguments: str) -> bytes:
    """Returns what the tool writes to standard output."""
    return subprocess.run([_binary.find(), *arguments], check=True, capture_output=True).stdout
