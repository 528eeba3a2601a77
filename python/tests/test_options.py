"""Options: the names of the tool, and what is said about mistakes."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from conftest import run_tool

import cifar_pipe
from cifar_pipe import _binary
from cifar_pipe._options import FLAGS, OWNED, VALUES, arguments


def test_the_table_has_the_options_of_the_tool_and_no_other() -> None:
    text = run_tool("batch", "--help").decode()
    found = {}
    for line in re.findall(r"^  (-.*)", text, re.MULTILINE):
        name = re.search(r"--([a-z-]+)", line)
        assert name is not None
        found[name[1].replace("-", "_")] = re.search(r"--[a-z-]+ <", line) is not None

    assert {name for name, takes_value in found.items() if takes_value} - set(OWNED) == VALUES
    assert {name for name, takes_value in found.items() if not takes_value} - set(OWNED) - {"verbose"} == FLAGS
    assert set(OWNED) <= set(found)


def test_the_package_has_the_version_of_the_tool() -> None:
    assert run_tool("--version").decode().split()[0] == cifar_pipe.__version__


def test_options_become_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/someone")
    words = arguments(
        {"data": "~/cifar", "min_after_dequeue": "all", "batch_size": 64, "synthetic": False, "no_shuffle": True}
        | {"stall_limit": 2.5, "seed": None, "epochs": 2}
    )
    assert words == [
        "--data=/home/someone/cifar",
        "--min-after-dequeue=all",
        "--batch-size=64",
        "--no-shuffle",
        "--stall-limit=2.5",
        "--epochs=2",
    ]
    assert arguments({"data": Path("-x"), "batches": 3}) == ["--data=-x", "--batches=3"]


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"bacth_size": 3}, "unknown option 'bacth_size'; did you mean 'batch_size'"),
        ({"zzz": 3}, "unknown option 'zzz'$"),
        ({"format": "npy"}, "option 'format' belongs to the package"),
        ({"token_file": "t"}, "use state_dict"),
        ({"slots_fd": 3}, "belongs to the package"),
        ({"synthetic": 1}, "'synthetic' is a flag: expected True or False, found 1"),
        ({"batch_size": True}, "'batch_size' takes a text or a number"),
        ({"transform": ["flip"]}, "'transform' takes a text or a number"),
    ],
    ids=str,
)
def test_a_wrong_name_or_type_is_a_type_error(options: dict[str, Any], text: str) -> None:
    with pytest.raises(TypeError, match=text):
        cifar_pipe.Loader(**options)


@pytest.mark.parametrize(
    ("options", "kind", "code", "text"),
    [
        ({"batch_size": 0, "synthetic": True}, cifar_pipe.UsageError, 64, "--batch-size"),
        ({"preset": "turbo", "synthetic": True}, ValueError, 64, "turbo"),
        ({"data": "/nowhere/at/all"}, cifar_pipe.NotFoundError, 66, "/nowhere/at/all"),
        ({"data": "/nowhere/at/all"}, FileNotFoundError, 66, "cifar-pipe: "),
        ({"resume": "cifar-pipe-1@", "synthetic": True}, cifar_pipe.Error, None, "cifar-pipe: "),
    ],
    ids=str,
)
def test_a_mistake_that_the_tool_finds_is_raised_with_its_line(
    options: dict[str, Any], kind: type[Exception], code: int | None, text: str
) -> None:
    loader = cifar_pipe.Loader(**options)
    for use in (iter(loader).__next__, loader.__len__, loader.state_dict):
        with pytest.raises(kind, match=text) as raised:
            use()
        assert isinstance(raised.value, cifar_pipe.Error)
        assert code is None or raised.value.exit_code == code
        assert str(raised.value).startswith("cifar-pipe: ")
        assert "\n" not in str(raised.value)


def test_the_tool_is_the_named_one_or_an_error(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(_binary.VARIABLE, str(tmp_path / "missing"))
    with pytest.raises(cifar_pipe.NotFoundError, match="CIFAR_PIPE_BINARY names it"):
        len(cifar_pipe.Loader(synthetic=True))

    program = tmp_path / "cifar-pipe"
    program.write_bytes(b"no program")
    program.chmod(0o755)
    monkeypatch.setenv(_binary.VARIABLE, str(program))
    with pytest.raises(cifar_pipe.Error, match="cannot be run"):
        len(cifar_pipe.Loader(synthetic=True))


def test_the_tool_on_the_path_is_taken_and_none_is_an_error(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv(_binary.VARIABLE, raising=False)
    monkeypatch.setattr(_binary, "_IN_THE_WHEEL", tmp_path / "missing")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(cifar_pipe.NotFoundError, match="scripts/wheel"):
        _binary.find()

    program = tmp_path / "cifar-pipe"
    program.touch(0o755)
    assert _binary.find() == str(program)


def test_a_tool_of_another_version_is_refused(fake: pytest.MonkeyPatch) -> None:
    fake.setenv("CIFAR_PIPE_FAKE", "other-tool")
    with pytest.raises(cifar_pipe.Error, match=r"expected 0\.1\.0, found 7\.0\.0"):
        len(cifar_pipe.Loader())
