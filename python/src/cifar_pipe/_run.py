"""One run of the tool: its messages become batches."""

from __future__ import annotations

import collections
import itertools
import mmap
import os
import struct
import weakref
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from . import _binary
from ._lease import Lease, Slot
from ._process import Tool
from ._slots import BATCH, END_OF_EPOCH, END_OF_RUN, ERROR, MESSAGE, START, Message, read_header
from ._state import Point
from .errors import Error

Array = np.ndarray[Any, Any]
# Makes of the arrays of a batch what a loader hands out; it is called before the batch counts as used.
Convert = Callable[[Array, Array], tuple[Any, Any]]


class _Pair(NamedTuple):
    images: Any
    labels: Any


class Batch(_Pair):
    """Images and labels: unpacks as both, and says where in the run it stands."""

    _message: Message | None = None

    @property
    def number(self) -> int:
        """The number of the batch in the run, over all processes, from 0."""
        return self._where(4)

    @property
    def epoch(self) -> int:
        """The epoch, from 0."""
        return self._where(5)

    @property
    def index(self) -> int:  # type: ignore[override]
        """The number of the batch in its epoch, over all processes, from 0."""
        return self._where(6)

    def _where(self, field: int) -> int:
        if self._message is None:
            raise AttributeError("this batch was made from another one and has no place in the run")
        return self._message[field]


def bfloat16() -> np.dtype[Any]:
    """Returns the type of bfloat16 images: that of ml_dtypes where it is installed, else uint16 with the same bits."""
    try:
        import ml_dtypes
    except ImportError:
        return np.dtype(np.uint16)
    type_of_ml: np.dtype[Any] = np.dtype(ml_dtypes.bfloat16)
    return type_of_ml


class Run:
    """A started tool, the memory that it fills, and the last message that was used.

    One thread at a time may take batches. Every wait here is one for a message; it ends with the message, with the end
    of the tool, or with an exception of a signal handler, after which the run goes on where it was.
    """

    def __init__(self, arguments: Sequence[str], bfloat16: np.dtype[Any] | None = None) -> None:
        self.tool = Tool(_binary.find(), arguments)
        self._process = os.getpid()
        self._failure: Error | None = None
        # Why it was ended from this side.
        self._ended: str | None = None
        self.finished = False
        # What has to be done while the memory is still there and the tool too.
        self.before_end: list[Callable[[], None]] = []
        # Who may take batches; nobody once the run was ended.
        self.reader: object = None
        # What the loader knows of the place: where the run has begun, which epoch was handed out last and which
        # was iterated to its end, and whether the first one is the rest of one that was begun in another run.
        self.start = Point("", 0, 0)
        self.last_epoch = -1
        self.finished_epoch = -1
        self.is_interrupted = False
        self._ready: collections.deque[Message] = collections.deque(maxlen=1)
        # All of it is C: no signal handler runs between the read of a message and its being kept.
        self._receive = map(
            self._ready.append,
            map(MESSAGE.unpack, map(self.tool.messages.read, itertools.repeat(MESSAGE.size))),
        )
        try:
            self._start(bfloat16)
        except BaseException:
            self.tool.end()
            raise
        finally:
            self.tool.forget_memory()
        _live.add(self)

    def _start(self, bfloat16_type: np.dtype[Any] | None) -> None:
        try:
            next(self._receive)
        except struct.error:
            raise self.tool.failure() from None
        # The last message that counts as used.
        self.used = self._ready[0]
        if self.used[0] != START:
            raise self.fail(self.used)
        self.header = header = read_header(self.tool.memory)
        _binary.check_version(header.version, self.tool.binary)
        self.memory = mmap.mmap(self.tool.memory, header.total_size)
        if header.image_type == "bfloat16":
            image_type = bfloat16_type or bfloat16()
        else:
            image_type = np.dtype(header.image_type).newbyteorder("<")
        label_type = np.dtype(header.label_type).newbyteorder("<")
        starts = range(header.size, header.size + header.slots * header.stride, header.stride)
        self._images = [Slot(header.image_shape, image_type, self.memory, start) for start in starts]
        self._labels = [
            np.ndarray(header.label_shape, label_type, self.memory, start + header.labels_offset) for start in starts
        ]

    def batches(self, reader: object, epoch: int, copy: bool, convert: Convert | None) -> Iterator[Batch]:
        """Yields what is left of `epoch`, as long as `reader` is the one who reads.

        The labels are the user's own. The images look at the slot, which goes back when the last array that does is
        gone; with `copy`, and where the user holds all slots but the two that the tool needs, they are the user's own
        too.
        """
        receive, ready, images_of, labels_of = self._receive, self._ready, self._images, self._labels
        returns = self.tool.returns
        held = returns.held
        most_held = 0 if copy else self.header.slots - 2
        full = self.header.batch_size
        array, new = np.ndarray, tuple.__new__
        while True:
            if self.reader is not reader:
                raise self._not_reading()
            message = ready[0]
            if message is self.used:
                try:
                    next(receive)
                except struct.error:
                    raise self.fail() from None
                message = ready[0]
            kind, slot, count, _, _, at_epoch, _, _ = message
            if kind != BATCH:
                if kind == END_OF_EPOCH:
                    if at_epoch <= epoch:
                        self.used = message
                    if at_epoch >= epoch:
                        return
                    continue
                self.check_end(message)
                return
            if at_epoch != epoch:
                return
            try:
                lease = images_of[slot].view(Lease)
            except IndexError:
                raise self.fail(message) from None
            labels = labels_of[slot].copy()
            images: Array = lease.view(array) if len(held) < most_held else np.array(lease, subok=False)
            if count != full:
                if count > full:
                    raise self.fail(message)
                images = images[:count]
                labels = labels[:count]
            batch = new(Batch, (images, labels) if convert is None else convert(images, labels))
            batch._message = message
            held.add(slot)
            # From here to the yield there is no call, so no signal handler runs: the slot is the user's,
            # the message is used and the batch is handed out, or none of it.
            lease.returns = returns
            lease.slot = slot
            self.used = message
            del lease, images, labels
            yield batch
            del batch

    def peek(self) -> Message:
        """Returns the next message that was not used yet; waits for it."""
        if self._failure is not None:
            raise self.fail()
        if self._ready[0] is self.used:
            try:
                next(self._receive)
            except struct.error:
                raise self.fail() from None
        return self._ready[0]

    def skip(self) -> None:
        """Uses the message that `peek` has returned, and gives its slot back."""
        message = self._ready[0]
        if message[0] == BATCH:
            lease = self._images[message[1]].view(Lease)
            lease.returns = self.tool.returns
            lease.slot = message[1]
        self.used = message

    def check_end(self, message: Message) -> None:
        """Notes that the run is over; raises where `message` is not its regular end."""
        if message[0] != END_OF_RUN:
            raise self.fail(message)
        if not self.finished:
            self.finished = True
            self.tool.end()

    def fail(self, message: Message | None = None) -> Exception:
        """Returns why no batch comes any more, the same at every call."""
        if self._ended or not self._is_ours():
            return self._not_reading()
        if self._failure is None:
            if message is None or message[0] == ERROR:
                self._failure = self.tool.failure()
            else:
                self.tool.end()
                text = f"{self.tool.binary}: message is not known or not in its place (found {message})"
                self._failure = Error(text)
        # A new one each time: one that was raised holds the frames it went through, and so the loader.
        return type(self._failure)(str(self._failure), self._failure.exit_code)

    def end(self, why: str = "this loader is closed") -> None:
        """Ends the tool; batches that are held stay valid. In the child of a fork it does nothing."""
        if self._is_ours() and not self._ended:
            self._ended = why
            self.reader = None
            try:
                for work in self.before_end:
                    work()
            finally:
                self.before_end.clear()
                self.tool.end()

    def abandon(self) -> None:
        """Lets go of the run in the child of a fork, which holds copies of all descriptors."""
        self.reader = None
        self.tool.abandon()

    def check_usable(self) -> None:
        """Raises RuntimeError where the run was ended, or belongs to another process."""
        if self._ended or not self._is_ours():
            raise self._not_reading()

    def _is_ours(self) -> bool:
        return self._process == os.getpid()

    def _not_reading(self) -> RuntimeError:
        if not self._is_ours():
            return RuntimeError(
                "this loader was started in another process: make one in each process, "
                "or start worker processes before the first batch"
            )
        if self._ended:
            return RuntimeError(self._ended)
        return RuntimeError("this epoch is over: another iteration of the same loader has begun")


# A child of a fork must not keep the tool alive, return slots, or take messages.
_live: weakref.WeakSet[Run] = weakref.WeakSet()


def _abandon_all() -> None:
    for run in list(_live):
        run.abandon()


os.register_at_fork(after_in_child=_abandon_all)
