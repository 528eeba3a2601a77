"""System calls that fail, and signals and kills at a call: through the preloaded shim."""

from __future__ import annotations

import collections.abc
import ctypes
import errno
import itertools
import mmap
import pathlib
import random
import signal

from trial import CODES, Fault

#: In the order of `enum family` in shim.c.
FAMILIES = (
    "read", "write", "stdout", "open", "rename", "sync", "close", "truncate", "map", "mkdir", "stat", "unlink", "list",
    "lock", "thread", "seek",
)  # fmt: skip
FOREVER = 1 << 62

#: For each family the reasons to fail once, and those that stay.
_REASONS: dict[str, tuple[str, str]] = {
    "read": ("EIO EINTR SHORT", "EIO SHORT"),
    "write": ("ENOSPC EIO EINTR SHORT", "ENOSPC EDQUOT SHORT"),
    "stdout": ("EIO EINTR SHORT EAGAIN", "ENOSPC EPIPE SHORT"),
    "open": ("EMFILE EACCES EINTR", "EMFILE EACCES"),
    "rename": ("EIO EACCES", "EACCES EINVAL"),
    "sync": ("EIO ENOSPC EINTR", "EIO"),
    "close": ("EIO ENOSPC EINTR", "EIO"),
    "truncate": ("EIO ENOSPC", "ENOSPC"),
    "map": ("ENOMEM", "ENOMEM"),
    "mkdir": ("ENOSPC EACCES", "EACCES"),
    "stat": ("EIO EACCES", "EIO"),
    "unlink": ("EACCES EIO", "EACCES"),
    "list": ("EIO", "EIO"),
    "lock": ("ENOLCK EINTR", "ENOLCK"),
    "thread": ("EAGAIN", "EAGAIN"),
    "seek": ("EIO", "EIO"),
}
#: Where an interruption, or fewer bytes than asked for, must change nothing.
_HARMLESS = frozenset(
    {("read", "EINTR"), ("read", "SHORT"), ("write", "EINTR"), ("write", "SHORT"), ("stdout", "EINTR"),
     ("stdout", "SHORT"), ("open", "EINTR"), ("sync", "EINTR"), ("lock", "EINTR"), ("lock", "ENOLCK")}
)  # fmt: skip
#: Without these nothing can be removed.
_NEEDED_TO_REMOVE = frozenset({"open", "stat", "unlink", "list", "lock"})
_SIGNALS = ("INT", "TERM", "KILL")
#: Nothing is wrong with the data, and nothing is far away.
_CALL_CODES = CODES - {65, 69}


#: Seconds from a signal to the end.
SIGNAL_LIMIT = 2.0


class State(ctypes.Structure):
    """As `struct state` in shim.c."""

    _fields_ = (
        ("counts", ctypes.c_uint64 * len(FAMILIES)),
        ("total", ctypes.c_uint64),
        ("fired", ctypes.c_uint64),
        ("call", ctypes.c_char * 256),
    )


class Shim:
    """The library, and the file in which it counts."""

    def __init__(self, library: pathlib.Path, state: pathlib.Path) -> None:
        state.write_bytes(bytes(ctypes.sizeof(State)))
        self._environment = {"LD_PRELOAD": str(library), "FAULT_STATE": str(state)}
        with state.open("r+b") as file:
            self._memory = mmap.mmap(file.fileno(), ctypes.sizeof(State))
        self.state = State.from_buffer(self._memory)

    def counting(self) -> Fault:
        """No fault; afterwards the calls are counted in `state`."""
        ctypes.memset(ctypes.addressof(self.state), 0, ctypes.sizeof(State))
        return Fault(environment=dict(self._environment))

    def fault(self, name: str) -> Fault:
        """The fault `open=EMFILE@17`, from there on with a `+`, or `signal=TERM@17`."""
        family, reason, point, stays = _parse(name)
        fault = self.counting()
        fault.environment["FAULT_FIRST"] = str(point)
        fault.environment["FAULT_LAST"] = str(FOREVER if stays else point)
        if family == "signal":
            number = signal.Signals[f"SIG{reason}"]
            fault.environment["FAULT_FAMILY"] = str(len(FAMILIES))
            fault.environment["FAULT_SIGNAL"] = str(int(number))
            fault.signal = int(number)
            fault.is_killed = reason == "KILL"
            return fault
        fault.environment["FAULT_FAMILY"] = str(FAMILIES.index(family))
        fault.environment["FAULT_ERRNO"] = str(0 if reason == "SHORT" else getattr(errno, reason))
        fault.codes = _CALL_CODES if reason == "EPIPE" else _CALL_CODES - {141}
        fault.is_harmless = (family, reason) in _HARMLESS
        fault.keeps_temporary = family in _NEEDED_TO_REMOVE
        return fault


def _parse(name: str) -> tuple[str, str, int, bool]:
    family, rest = name.split("=")
    reason, place = rest.split("@")
    return family, reason, int(place.rstrip("+")), place.endswith("+")


def faults(counts: dict[str, int], most: int, chance: random.Random) -> collections.abc.Iterator[str]:
    """Faults for a run with these counts, at most `most` for each family and reason."""
    for family, (once, always) in _REASONS.items():
        for reasons, mark in ((once, ""), (always, "+")):
            for reason, point in itertools.product(reasons.split(), points(counts[family], most, chance)):
                yield f"{family}={reason}@{point}{mark}"


def signals(total: int, most: int, chance: random.Random) -> collections.abc.Iterator[str]:
    """Signals at the calls of a run, whatever they are."""
    for name, point in itertools.product(_SIGNALS, points(total, most * 3, chance)):
        yield f"signal={name}@{point}"


def points(count: int, most: int, chance: random.Random) -> list[int]:
    """All numbers from 1 to `count`, or `most` of them, one from each equal part."""
    if count <= most:
        return list(range(1, count + 1))
    edges = [1 + count * part // most for part in range(most + 1)]
    return [chance.randrange(low, high) for low, high in itertools.pairwise(edges)]
