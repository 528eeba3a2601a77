"""A tool that breaks the rules: an error that says so, never a short epoch and never a wait."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path
from typing import Any

import pytest
from fake_tool import ENDINGS, HEADERS
from streams import SMALL

import cifar_pipe


@pytest.mark.parametrize(
    ("fault", "code", "text"),
    [
        ("exits", 0, "ended with exit code 0 before the end of the run"),
        ("exits-70", 70, "ended with exit code 70 before the end of the run"),
        ("fails", 65, "^cifar-pipe: data_batch_1.bin: label is wrong$"),
        ("fails-without-message", 65, "^cifar-pipe: data_batch_1.bin: label is wrong$"),
        ("is-killed", 137, "signal 9 .SIGKILL. before the end of the run"),
        ("cuts-a-message", 0, "before the end of the run"),
        ("sends-an-unknown-kind", None, "message is not known or not in its place"),
        ("fills-a-slot-that-is-none", None, "message is not known or not in its place"),
        ("fills-more-than-a-batch", None, "message is not known or not in its place"),
    ],
)
def test_a_run_that_ends_otherwise_than_agreed_is_an_error_each_time(
    fake: pytest.MonkeyPatch, fault: str, code: int | None, text: str
) -> None:
    fake.setenv("CIFAR_PIPE_FAKE", fault)
    loader = cifar_pipe.Loader()
    epoch = next(loader.epochs())
    batches = iter(epoch)
    assert [next(batches).number, next(batches).number] == [0, 1]

    for again in (batches, iter(epoch), iter(loader), loader.batches()):
        with pytest.raises(cifar_pipe.Error, match=text) as raised:
            next(again)
        assert raised.value.exit_code == code
    assert loader.state_dict()["batch"] == 2


def test_every_fault_of_the_fake_tool_is_tested() -> None:
    assert len(ENDINGS) == 10
    assert len(HEADERS) == 8


@pytest.mark.parametrize("fault", [*HEADERS, "says-nothing", "speaks-text", "begins-with-a-batch"])
def test_a_start_that_is_not_as_agreed_is_an_error(fake: pytest.MonkeyPatch, fault: str) -> None:
    fake.setenv("CIFAR_PIPE_FAKE", fault)
    with pytest.raises(cifar_pipe.Error, match=r"header of the slots|message is not known|nothing was begun|version"):
        next(iter(cifar_pipe.Loader()))


def test_a_record_that_is_wrong_ends_the_run_with_the_line_of_the_tool(data: Path, tmp_path: Path) -> None:
    for file in data.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    last = tmp_path / "data_batch_5.bin"
    content = bytearray(last.read_bytes())
    content[3073 * 90] = 77
    last.write_bytes(content)
    options: dict[str, Any] = {**SMALL, "batch_size": 16, "min_after_dequeue": 20, "epochs": 2}

    loader = cifar_pipe.Loader(tmp_path, **options)
    with pytest.raises(cifar_pipe.Error, match=r"^cifar-pipe: .*data_batch_5\.bin.*77") as raised:
        for _ in loader:
            pass
    assert raised.value.exit_code == 65


def test_a_tool_that_is_killed_is_an_error_at_once(data: Path) -> None:
    loader = cifar_pipe.Loader(data, **SMALL)
    batches = loader.batches()
    held = [next(batches) for _ in range(3)]
    assert loader._run is not None

    os.kill(loader._run.tool.pid, signal.SIGKILL)
    killed = time.monotonic()
    with pytest.raises(cifar_pipe.Error, match="SIGKILL") as raised:
        for _ in batches:
            pass

    assert time.monotonic() - killed < 2
    assert raised.value.exit_code == 137
    assert [batch.number for batch in held] == [0, 1, 2]
    del raised, batches


def test_after_a_failure_a_state_can_be_loaded(data: Path) -> None:
    with cifar_pipe.Loader(data, **SMALL) as loader:
        batches = loader.batches()
        for _ in range(5):
            next(batches)
        state = loader.state_dict()
        assert loader._run is not None
        os.kill(loader._run.tool.pid, signal.SIGKILL)
        with pytest.raises(cifar_pipe.Error):
            list(batches)

        loader.load_state_dict(state)
        assert next(loader.batches()).number == 5
        del batches
