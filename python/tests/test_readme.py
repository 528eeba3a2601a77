"""The README says nothing that the package does not do."""

from __future__ import annotations

import re
from pathlib import Path

import pytest


def test_the_first_example_prints_the_five_lines(capsys: pytest.CaptureFixture[str]) -> None:
    text = (Path(__file__).parents[2] / "README.md").read_text()
    console = re.search(r"```console\n(.*?)```", text, re.DOTALL)
    python = re.search(r"```python\n(.*?)```", text, re.DOTALL)
    assert console is not None
    assert python is not None

    exec(python[1], {})

    lines = capsys.readouterr().out.splitlines()
    assert lines == console[1].splitlines()[1:]
    assert len(lines) == 5
