"""`Loader`: epochs, batches and their state."""

from __future__ import annotations

import weakref
from collections.abc import Iterator
from types import TracebackType
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np

from ._options import arguments
from ._run import Batch, Convert, Run
from ._slots import BATCH, END_OF_EPOCH, START
from ._state import Point, from_dict

if TYPE_CHECKING:
    from typing_extensions import Self, Unpack

    from ._options import Options, Text


class Epoch:
    """The batches of one epoch, or what is left of it.

    Iterating it again goes on where the last loop over it has stopped. Once the loader has begun another epoch, this
    one is over, and iterating it raises RuntimeError unless it was iterated to its end.
    """

    def __init__(self, loader: Loader, run: Run, index: int, length: int | None) -> None:
        self.index = index
        """The number of the epoch in the run, from 0."""
        self._loader = loader
        self._run = run
        # Who reads, for the run: it must not hold the loader.
        self._reader = run.reader = object()
        self._length = length
        self._is_over = False

    def __len__(self) -> int:
        """How many batches were left when the epoch was handed out; TypeError where epochs differ in length."""
        if self._length is None:
            raise TypeError("the length of an epoch is not known with epoch_boundary='blend' or uneven='keep'")
        return self._length

    def __bool__(self) -> bool:
        return True

    def __iter__(self) -> Iterator[Batch]:
        if self._is_over:
            return
        loader, run = self._loader, self._run
        yield from run.batches(self._reader, self.index, loader._copy, loader._convert)
        self._is_over = True
        run.finished_epoch = self.index
        loader._show()


class Loader:
    """Batches of CIFAR records, made by `cifar-pipe batch` and taken from memory that is shared with it.

    `data` and all further options are those of `cifar-pipe batch`, with underscores for dashes; see Options. A loader
    without `epochs` and `batches` goes on for ever. The tool is started when it is first needed.

    `for images, labels in loader` is one epoch, and each further `for` is the next one, also after a `break`. When
    the last epoch is over, it yields nothing.

    A batch is yours for as long as you hold it: its slot goes back when the last array that looks at its images is
    gone. Who holds all slots but two gets copies. With `copy` all are copies. `verbose` prints the messages of the
    tool.

    Mistakes in the options raise TypeError, UsageError (a ValueError), NotFoundError (a FileNotFoundError) or Error,
    with the line of the tool; those that the tool finds, when it is started.
    """

    # What subclasses for other libraries set.
    _convert: Convert | None = None
    _bfloat16: np.dtype[Any] | None = None

    def __init__(
        self, data: Text = None, *, copy: bool = False, verbose: bool = False, **options: Unpack[Options]
    ) -> None:
        given: dict[str, object] = {"data": data, **options}
        arguments(given)
        self._given = given
        self._copy = copy
        self._verbose = verbose
        self._run: Run | None = None
        self._closed = False
        # Where the next start begins: what load_state_dict has brought.
        self._point: Point | None = None

    def __iter__(self) -> Iterator[Batch]:
        epoch = self._next_epoch()
        if epoch is not None:
            yield from epoch

    def __len__(self) -> int:
        """How many batches a whole epoch has for this process; TypeError where epochs differ in length."""
        length = self._started().header.batches_per_epoch
        if length is None:
            raise TypeError("the length of an epoch is not known with epoch_boundary='blend' or uneven='keep'")
        return length

    def __bool__(self) -> bool:
        return True

    def epochs(self) -> Iterator[Epoch]:
        """Yields the epochs that are left; after `load_state_dict` the first is the rest of the interrupted one."""
        while (epoch := self._next_epoch()) is not None:
            yield epoch

    def batches(self) -> Iterator[Batch]:
        """Yields all batches that are left, over all epochs; those of an epoch that was begun elsewhere are skipped."""
        for epoch in self.epochs():
            yield from epoch

    def state_dict(self) -> dict[str, Any]:
        """Returns where the run stands, as what JSON can hold.

        The batch that was handed out last counts as used, and none that came before it is delivered again. Within the
        loop of an epoch the state belongs to that epoch, behind its last batch too; after the loop to the next one.
        """
        if self._run is None and self._point is not None:
            return self._point.as_dict()
        return self._current(self._started()).as_dict()

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Goes on where `state` was taken; an iteration that has begun ends.

        Raises ResumeError with the name of the field where it does not fit the data or the options. The loader is then
        as it was.
        """
        self._check_open()
        point = from_dict(state)
        run = self._start(point)
        previous, self._run = self._run, run
        self._point = point
        if previous is not None:
            previous.end("this iteration is over: the loader goes on from another state")

    def close(self) -> None:
        """Ends the tool and waits until it is gone; batches that are held stay valid. Closing twice is no error."""
        self._closed = True
        if self._run is not None:
            self._run.end()
            self._show()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def __reduce__(self) -> NoReturn:
        raise TypeError("a cifar_pipe loader cannot be pickled or copied: make one in each process, with its shard")

    # How a run is started.

    def _check_open(self) -> None:
        if self._closed:
            raise RuntimeError("this loader is closed")

    def _started(self) -> Run:
        if self._run is None:
            self._check_open()
            self._run = self._start(self._point)
        self._run.check_usable()
        return self._run

    def _start(self, point: Point | None) -> Run:
        given = dict(self._given)
        if point is not None:
            given.pop("start_batch", None)
            given["resume"] = point.token
        words = arguments(given)
        run = Run([*words, "--verbose"] if self._verbose else words, self._bfloat16)
        # After this the loader may go without being closed: the tool goes with it, at the end of Python too.
        weakref.finalize(self, run.end)
        self._begin(run, point)
        if self._verbose:
            run.tool.show()
        return run

    def _begin(self, run: Run, point: Point | None) -> None:
        """Notes which epoch comes first: what is left of one that was begun comes first even where nothing is."""
        if point is None:
            first = run.header.first_position
            # An epoch without a batch of its own is one that blends with the next.
            epoch, index = divmod(first, run.header.all_batches_per_epoch or 1)
            used = -(-max(0, index - run.header.shard) // run.header.shards)
            point = Point(run.header.token_at(first), epoch, used)
        run.start = point
        run.last_epoch = point.epoch - 1
        run.is_interrupted = point.batch > 0

    def _show(self) -> None:
        if self._verbose and self._run is not None:
            self._run.tool.show()

    # Which epoch comes next.

    def _next_epoch(self) -> Epoch | None:
        """Begins the next epoch; what is left of the one before is skipped. None at the end of the run."""
        run = self._started()
        run.reader = None
        index = self._find_epoch(run)
        if index is None:
            return None
        epoch = Epoch(self, run, index, self._length(run, index))
        run.last_epoch = index
        run.is_interrupted = False
        return epoch

    def _find_epoch(self, run: Run) -> int | None:
        if run.is_interrupted:
            return run.start.epoch
        while True:
            message = run.peek()
            kind, epoch = message[0], message[5]
            if kind not in (BATCH, END_OF_EPOCH):
                run.check_end(message)
                self._show()
                return None
            if epoch > run.last_epoch:
                return epoch
            run.skip()

    def _length(self, run: Run, index: int) -> int | None:
        header = run.header
        length = header.batches_per_epoch
        if length is None:
            return None
        if header.batches_of_run is not None:
            # Where `batches` cuts the epoch, what is left is shared as a whole epoch is.
            left = header.batches_of_run - index * header.all_batches_per_epoch
            pads = self._given.get("uneven") == "pad"
            length = min(length, (left + (header.shards - 1 if pads else 0)) // header.shards)
        if index == run.start.epoch:
            length -= run.start.batch
        return max(0, length)

    def _current(self, run: Run) -> Point:
        """Where the run stands: behind the message that was used last."""
        header = run.header
        kind, _, _, _, _, epoch, index, position = run.used
        if kind == END_OF_EPOCH:
            return Point(header.token_at(position), epoch + 1, 0)
        if kind == START:
            point, position = run.start, header.first_position
        else:
            point = Point(header.token_at(position), epoch, index // header.shards + 1)
        # An epoch may be over without a message: where nothing was left of it, and where epochs blend. But one that
        # the end of the run cuts short goes on, in a longer run.
        is_cut = run.finished and position != (point.epoch + 1) * header.all_batches_per_epoch
        if run.finished_epoch == point.epoch and not is_cut:
            return Point(point.token, point.epoch + 1, 0)
        return point
