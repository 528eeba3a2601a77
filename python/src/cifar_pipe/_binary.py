"""Where the tool is."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from ._version import __version__
from .errors import Error, NotFoundError

VARIABLE = "CIFAR_PIPE_BINARY"
_IN_THE_WHEEL = Path(__file__).parent / "bin" / "cifar-pipe"


def find() -> str:
    """Returns the path of the tool: `$CIFAR_PIPE_BINARY`, else the one in the wheel, else the one on the PATH."""
    named = os.environ.get(VARIABLE)
    if named:
        if not os.access(named, os.X_OK) or os.path.isdir(named):
            raise NotFoundError(f"{named}: no program is here ({VARIABLE} names it)")
        return named
    if _IN_THE_WHEEL.exists():
        return str(_IN_THE_WHEEL)
    found = shutil.which("cifar-pipe")
    if found is None:
        raise NotFoundError(
            f"cifar-pipe: neither {VARIABLE}, nor the wheel, nor the PATH has it; "
            "install a wheel of scripts/wheel, or scripts/install PREFIX"
        )
    return found


def check_version(version: str, binary: str) -> None:
    """Raises Error where a tool of `version` is not of the package's own major and minor version."""
    if version.split(".")[:2] != __version__.split(".")[:2]:
        raise Error(f"{binary}: version does not fit the package cifar_pipe (expected {__version__}, found {version})")
