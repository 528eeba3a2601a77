"""Where a run stands, as a program keeps it in a checkpoint."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .errors import ResumeError

_VERSION = 1


@dataclass(frozen=True)
class Point:
    """A place between two batches.

    `batch` is how many batches of `epoch` this process has used. Behind the last one the place still belongs to the
    epoch, until the program has left its loop.
    """

    token: str
    epoch: int
    batch: int

    def as_dict(self) -> dict[str, Any]:
        """Returns what `from_dict` takes; JSON can hold it."""
        return {"version": _VERSION, "token": self.token, "epoch": self.epoch, "batch": self.batch}


def from_dict(state: dict[str, Any]) -> Point:
    """Returns the point of a dictionary; raises ResumeError where it is none of ours."""
    if not isinstance(state, dict) or state.get("version") != _VERSION:
        found = state.get("version") if isinstance(state, dict) else type(state).__name__
        raise ResumeError(f"state: version is not known (expected {_VERSION}, found {found})")
    token, epoch, batch = (state.get(name) for name in ("token", "epoch", "batch"))
    if not isinstance(token, str):
        raise ResumeError(f"state: 'token' is missing or no text (found {token!r})")
    for name, value in (("epoch", epoch), ("batch", batch)):
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            raise ResumeError(f"state: '{name}' is missing or no number of its kind (found {value!r})")
    assert isinstance(epoch, int)
    assert isinstance(batch, int)
    return Point(token, epoch, batch)
