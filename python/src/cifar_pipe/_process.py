"""One process of the tool: how it is started, what it said, how it ends."""

from __future__ import annotations

import contextlib
import io
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence

from ._lease import Returns
from ._slots import create_memory
from .errors import Error, error

# The tool promises to be gone two seconds after its standard input ends.
_PATIENCE_IN_SECONDS = 3.0
_BUFFER_SIZE = 4096


class Tool:
    """A running `cifar-pipe batch --format slots`.

    It ends with this process: its standard input and output are pipes whose other ends no other program inherits. It
    has a session of its own, so that Ctrl-C reaches Python alone, which decides.
    """

    def __init__(self, binary: str, arguments: Sequence[str]) -> None:
        self.binary = binary
        self.returns = Returns()
        self._shown = 0
        # Closed with this object: a thread may still read when the tool has ended.
        self._descriptors: list[int] = []
        with contextlib.ExitStack() as opened:
            self._said = os.memfd_create("cifar-pipe messages", os.MFD_CLOEXEC)
            self._descriptors.append(self._said)
            reading, writing = os.pipe()
            self._descriptors.append(reading)
            opened.callback(os.close, writing)
            # Buffered: a read takes all messages that have come, and an interrupted one loses none.
            self.messages = io.BufferedReader(io.FileIO(reading, "r", closefd=False), _BUFFER_SIZE)
            self.memory = create_memory()
            unless_started = opened.enter_context(contextlib.ExitStack())
            unless_started.callback(self.forget_memory)
            command = [binary, "batch", *arguments, "--format=slots", f"--slots-fd={self.memory}"]
            try:
                self._process = subprocess.Popen(
                    command,
                    stdin=self.returns.tool_end,
                    stdout=writing,
                    stderr=self._said,
                    pass_fds=(self.memory,),
                    start_new_session=True,
                )
            except OSError as cause:
                raise Error(f"{binary}: cannot be run: {cause.strerror}") from cause
            unless_started.pop_all()

    @property
    def pid(self) -> int:
        """The process of the tool."""
        return self._process.pid

    def forget_memory(self) -> None:
        """Closes the descriptor of the memory; what is mapped stays."""
        os.close(self.memory)

    def __del__(self, close: Callable[[int], None] = os.close) -> None:
        for descriptor in getattr(self, "_descriptors", ()):
            close(descriptor)

    def said(self) -> str:
        """What the tool has written on standard error so far."""
        return os.pread(self._said, os.fstat(self._said).st_size, 0).decode("utf-8", "replace")

    def show(self) -> None:
        """Prints what the tool has said since the last time."""
        text = self.said()
        if len(text) > self._shown:
            print(text[self._shown :], end="", file=sys.stderr, flush=True)
            self._shown = len(text)

    def end(self) -> int:
        """Ends the tool, waits until it is gone, kills it if need be; returns its exit status as `Popen` does."""
        self.returns.close()
        try:
            return self._process.wait(_PATIENCE_IN_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
        except BaseException:
            self._process.kill()
            raise
        return self._process.wait()

    def failure(self) -> Error:
        """Returns why the tool ends before the end of the run; waits until it is gone.

        It is left to end by itself first: an end of its standard input, the program's, could come before its own.
        """
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(_PATIENCE_IN_SECONDS)
        status = self.end()
        lines = self.said().splitlines()
        own = [line for line in lines if line.startswith("cifar-pipe: ")] or [line for line in lines if line.strip()]
        if status < 0:
            name = signal.Signals(-status).name if -status in set(signal.Signals) else "unknown"
            text = f"cifar-pipe: ended by signal {-status} ({name}) before the end of the run"
            return error("; ".join([text, *own[-1:]]), 128 - status)
        text = own[-1] if own else f"cifar-pipe: ended with exit code {status} before the end of the run"
        return error(text, status)

    def abandon(self) -> None:
        """Lets go of the parent's tool in the child of a fork: neither ends it nor keeps it alive."""
        self.returns.close()
        null = os.open(os.devnull, os.O_RDONLY | os.O_CLOEXEC)
        os.dup2(null, self.messages.fileno(), inheritable=False)
        os.close(null)
        self._process.returncode = 0
