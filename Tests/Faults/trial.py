"""One run under a fault, what must hold afterwards, and the run that comes after it."""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import os
import pathlib
import re
import shutil
import signal
import subprocess
import time
from typing import Protocol

from commands import ARCHIVE, Command, Inputs


class Answering(Protocol):
    """A server that says what it is told to."""

    url: str

    def answering(self, name: str) -> contextlib.AbstractContextManager[None]: ...


#: Exit codes that cifar-pipe(1) lists, less 64 and 78, which would blame the command line, and 70.
CODES = frozenset({0, 65, 66, 69, 73, 74, 75, 141})
#: Seconds after which a run counts as hanging.
LIMIT = 10.0

_TEMPORARY = re.compile(r"(^|/)(\..*\.cifar-pipe-\d+-[0-9a-f]{8}\.(part|staging)(/.*)?)$")
#: It is nobody's where no process holds it.
_LOCK = re.compile(r"(^|/)\.cifar-pipe\.lock$")
_PARTIAL = re.compile(r"\.part(\.origin)?$")
#: What the loader says where there is not even enough for it; the command has not begun then.
_NOT_STARTED = re.compile(rb"^prlimit: |error while loading shared libraries|cannot allocate memory in static TLS")

Tree = dict[str, str]


def tree(place: pathlib.Path) -> Tree:
    """Every path below `place`, with the digest of what is there."""
    found: Tree = {}
    for folder, directories, files in os.walk(place):
        for name in directories + files:
            path = pathlib.Path(folder, name)
            relative = str(path.relative_to(place))
            if path.is_symlink():
                found[relative] = "-> " + os.readlink(path)
            elif path.is_dir():
                found[relative] = "directory"
            else:
                found[relative] = hashlib.sha256(path.read_bytes()).hexdigest()
    return found


def below(found: Tree, output: str) -> Tree:
    return {path: what for path, what in found.items() if path == output or path.startswith(output + "/")}


@dataclasses.dataclass
class Fault:
    """How the circumstances of a run differ from good ones."""

    environment: dict[str, str] = dataclasses.field(default_factory=dict)
    #: Put before the command.
    wrapper: tuple[str, ...] = ()
    codes: frozenset[int] = CODES
    #: Whether the run must succeed all the same.
    is_harmless: bool = False
    #: Whether temporary names may stay, since removing them is what failed; the next run removes them.
    keeps_temporary: bool = False
    is_killed: bool = False
    #: The signal that is sent.
    signal: int | None = None
    limit: float = LIMIT
    #: Whether libraries may have something to say on standard error, too.
    hears_others: bool = False
    #: Bytes of the disk that the run works on.
    disk: int | None = None
    #: What the server says; see server.py.
    answer: str = ""
    #: What lies there of an earlier download.
    partial: str | None = None


@dataclasses.dataclass
class Ending:
    """How a run ended and what it left."""

    code: int
    seconds: float
    ended: float
    #: The digest of what was printed.
    stdout: str
    stderr: bytes
    tree: Tree

    @property
    def hangs(self) -> bool:
        return self.code == HANGS


#: In place of an exit code.
HANGS = 1000


@dataclasses.dataclass(frozen=True)
class Finding:
    column: str
    text: str


class Runner:
    """Runs commands in directories of their own."""

    def __init__(self, inputs: Inputs, server: Answering, scratch: pathlib.Path) -> None:
        self.inputs = inputs
        self.server = server
        self.scratch = scratch

    def run(self, command: Command, place: pathlib.Path, fault: Fault) -> Ending:
        """Runs `command`; without an end within the limit it is killed."""
        arguments = [*fault.wrapper, *self.inputs.arguments(command, self.server.url)]
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(place),
            "CIFAR_PIPE_CACHE": str(place / "cache"),
            "SWIFT_BACKTRACE": "enable=no",
            **fault.environment,
        }
        stdin = (self.inputs.place / command.stdin).open("rb") if command.stdin else subprocess.DEVNULL
        begin = time.monotonic()
        process = subprocess.Popen(
            arguments, cwd=place, env=environment, stdin=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        try:
            stdout, stderr = process.communicate(timeout=fault.limit)
            # A shell says the same of a process that a signal has ended.
            code = process.returncode if process.returncode >= 0 else 128 - process.returncode
        except subprocess.TimeoutExpired:
            process.kill()
            stdout, stderr = process.communicate()
            code = HANGS
        finally:
            if command.stdin and not isinstance(stdin, int):
                stdin.close()
        ended = time.monotonic()
        # What is printed may tell where the cache is.
        printed = hashlib.sha256(stdout.replace(bytes(place), b".")).hexdigest()
        return Ending(code, ended - begin, ended, printed, stderr, tree(place))

    def try_out(self, command: Command, fault: Fault, good: Ending) -> tuple[list[Finding], Ending]:
        """Runs `command` under `fault`, then without, and compares with a `good` run."""
        place = self.scratch / "run"
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(parents=True)
        if fault.disk is not None:
            _mount(place, "size=64m")
        try:
            return self._try_out(command, fault, good, place)
        finally:
            if fault.disk is not None:
                subprocess.run(["umount", "--lazy", place], check=True)
            shutil.rmtree(place, ignore_errors=True)

    def measure(self, command: Command, fault: Fault) -> Ending:
        """Runs `command` in a directory of its own."""
        place = self.scratch / "run"
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(parents=True)
        self.inputs.lay_out(command, place)
        if command.is_continued:
            self._leave_partial(command, place, "half")
        return self.run(command, place, fault)

    def _leave_partial(self, command: Command, place: pathlib.Path, what: str) -> None:
        with self.server.answering("body=half"):
            self.run(command, place, Fault(limit=20))
        part = place / f"{ARCHIVE}.part"
        archive = self.inputs.archive
        contents = {
            "longer": archive + b"more",
            "garbage": bytes(len(archive) // 3),
            "complete": archive,
            "empty": b"",
        }
        if what in contents:
            part.write_bytes(contents[what])
        elif what == "alone":
            part.with_name(part.name + ".origin").unlink()

    def _try_out(
        self, command: Command, fault: Fault, good: Ending, place: pathlib.Path
    ) -> tuple[list[Finding], Ending]:
        self.inputs.lay_out(command, place)
        if partial := fault.partial or ("half" if command.is_continued else None):
            self._leave_partial(command, place, partial)
        before = tree(place)
        if fault.disk is not None:
            disk = os.statvfs(place)
            _mount(place, f"remount,size={(disk.f_blocks - disk.f_bfree) * disk.f_frsize + fault.disk}")
        with self.server.answering(fault.answer):
            first = self.run(command, place, fault)
        if _NOT_STARTED.search(first.stderr):
            return [], first
        judge = Judge(command, before, good)
        findings = judge.after_fault(fault, first)
        if fault.disk is not None:
            _mount(place, "remount,size=64m")
        with self.server.answering(""):
            second = self.run(command, place, Fault(limit=fault.limit))
        return findings + judge.after_repetition(first, second), first


def _mount(place: pathlib.Path, options: str) -> None:
    subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", place], check=True, capture_output=True)


@dataclasses.dataclass
class Judge:
    """Says what is wrong with an ending."""

    command: Command
    before: Tree
    good: Ending

    def after_fault(self, fault: Fault, end: Ending) -> list[Finding]:
        found = [*self._code(fault, end), *self._messages(fault, end), *self._outputs(fault, end)]
        for path in sorted(end.tree.keys() - self.before.keys()):
            if any(path == output or path.startswith(output + "/") for output in self.command.outputs):
                continue
            if (_TEMPORARY.search(path) or _LOCK.search(path)) and (
                fault.is_killed or fault.keeps_temporary or end.hangs or end.code > 128
            ):
                continue
            if _PARTIAL.search(path) and self.command.fetches and (end.code != 0 or fault.is_killed):
                continue
            found.append(Finding("leftovers", path))
            break
        return found

    def _code(self, fault: Fault, end: Ending) -> list[Finding]:
        if end.hangs:
            return [Finding("hangs", f"no end after {fault.limit:g} s")]
        if fault.is_killed:
            return []
        if fault.signal:
            if end.code in (0, 128 + fault.signal):
                return []
            return [Finding("codes", f"exit code {end.code}: {_last_line(end)}")]
        if end.code > 128 and end.code not in fault.codes:
            return [Finding("crashes", f"{signal.Signals(end.code - 128).name}: {_last_line(end)}")]
        if end.code not in fault.codes:
            return [Finding("codes", f"exit code {end.code}: {_last_line(end)}")]
        if fault.is_harmless and end.code != 0:
            return [Finding("codes", f"exit code {end.code}, where it can go on: {_last_line(end)}")]
        if end.code == 0 and self.command.prints_the_same and end.stdout != self.good.stdout:
            return [Finding("finals", "exit code 0, and something else on standard output")]
        return []

    def _messages(self, fault: Fault, end: Ending) -> list[Finding]:
        lines = end.stderr.split(b"\n")
        if fault.is_killed or fault.hears_others or end.hangs:
            return []
        wrong = [line for line in lines[:-1] if not line.startswith(b"cifar-pipe: ")] + [lines[-1]]
        if wrong != [b""]:
            return [Finding("messages", f"not a line of a message: {wrong[0]!r:.200}")]
        if end.code in CODES - {0, 141} and end.stderr == self.good.stderr:
            return [Finding("messages", f"exit code {end.code} without a message")]
        return []

    def _outputs(self, fault: Fault, end: Ending) -> list[Finding]:
        found = []
        for output in self.command.outputs:
            now, old = below(end.tree, output), below(self.before, output)
            right = self._is_right(output, end)
            if now == old and (end.code != 0 or right):
                continue
            if not right:
                what = "is gone" if not now else "is neither the old one nor right"
                found.append(Finding("finals", f"{output} {what}, exit code {end.code}"))
            elif end.code != 0 and not (fault.is_killed or fault.signal or end.hangs or self._is_told(output, end)):
                found.append(Finding("finals", f"exit code {end.code}, {output} is there and no message says so"))
        return found

    def _is_right(self, output: str, end: Ending) -> bool:
        now, good = below(end.tree, output), below(self.good.tree, output)
        if output in self.command.varying and end.code != 0:
            return now.keys() == good.keys()
        if output in self.command.varying and output != "t":
            return now.keys() == good.keys()
        return now == good

    def _is_told(self, output: str, end: Ending) -> bool:
        if self.command.has_steps or self.command.clears or output == "t":
            return True
        name = output.encode()
        return any(b"written" in line and re.search(rb"\b" + name + rb"\b", line) for line in end.stderr.split(b"\n"))

    def after_repetition(self, first: Ending, end: Ending) -> list[Finding]:
        """What must hold after the same command without the fault."""
        was_right = all(self._is_right(output, first) for output in self.command.outputs)
        is_right = all(self._is_right(output, end) for output in self.command.outputs)
        in_the_way = [73] if self.command.outputs and not self.command.replaces and was_right else []
        if (
            len(self.command.outputs) > 1
            and not self.command.has_steps
            and any(below(first.tree, output) for output in self.command.outputs)
        ):
            in_the_way = [73]
        if end.code not in (0, *in_the_way):
            return [Finding("not resumable", f"then exit code {end.code}: {_last_line(end)}")]
        if end.code == 0 and not is_right:
            return [Finding("not resumable", "then exit code 0 and wrong outputs")]
        left = sorted(path for path in end.tree if _TEMPORARY.search(path) or _PARTIAL.search(path))
        if left:
            return [Finding("not resumable", f"then exit code {end.code}, and {left[0]} is still there")]
        return []


def _last_line(end: Ending) -> str:
    lines = end.stderr.decode(errors="backslashreplace").strip().splitlines()
    return lines[-1][:200] if lines else "no message"
