"""Slots that are held, and how they go back to the tool."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import numpy as np

_NUMBERS = tuple(bytes([slot]) for slot in range(256))


class Returns:
    """The pipe on which slots go back, and which of them are held.

    It may be used from any thread and from finalizers, before and after it was closed. Its number stays taken until
    the last lease is gone, so that no late return reaches a file that got the number later.
    """

    __slots__ = ("__weakref__", "_reader", "descriptor", "held")

    def __init__(self) -> None:
        # With a reader of our own a late return is no broken pipe, whatever the program does with SIGPIPE.
        self._reader, self.descriptor = os.pipe()
        self.held: set[int] = set()

    @property
    def tool_end(self) -> int:
        """The descriptor that the tool reads."""
        return self._reader

    def close(self) -> None:
        """Ends the tool's standard input; what is returned later goes nowhere."""
        _replace_by_null(self.descriptor)

    def __del__(self, close: Callable[[int], None] = os.close) -> None:
        for descriptor in (getattr(self, "descriptor", -1), getattr(self, "_reader", -1)):
            if descriptor >= 0:
                close(descriptor)


def _replace_by_null(descriptor: int) -> None:
    null = os.open(os.devnull, os.O_RDWR | os.O_CLOEXEC)
    try:
        os.dup2(null, descriptor, inheritable=False)
    finally:
        os.close(null)


class Slot(np.ndarray[Any, Any]):
    """The images of a slot, in a type of their own.

    NumPy lets an array look past its base at the base's own base where that has the array's type. Between a slot and
    the arrays of the user the lease must stay.
    """

    __slots__ = ()


class Lease(np.ndarray[Any, Any]):
    """The images of a slot; the slot goes back when this and all arrays that look at it are gone.

    That holds for a lease whose `returns` and then `slot` were set. One that has no slot, such as a part of another,
    returns nothing.
    """

    __slots__ = ("returns", "slot")
    returns: Returns
    slot: int

    def __del__(self, write: Callable[[int, bytes], int] = os.write, numbers: tuple[bytes, ...] = _NUMBERS) -> None:
        try:
            slot = self.slot
        except AttributeError:
            return
        returns = self.returns
        # In this order: once it is written, another thread may receive the slot again.
        returns.held.discard(slot)
        write(returns.descriptor, numbers[slot])
