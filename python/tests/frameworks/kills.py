"""Kills a training at random moments, lets it go on from its checkpoint, and compares every loss to the bit.

python kills.py examples/train_torch.py --kills 200 -- DATA

The words behind `--` are the example's. The example and its framework are imported once; each training is a fork of
this process, and is killed with SIGKILL wherever it is: between the start of the tool and the end of the last epoch.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import os
import random
import signal
import sys
import tempfile
import time
import traceback
from pathlib import Path
from types import ModuleType
from typing import NoReturn

LIMIT = 120.0
"""Seconds after which a training that neither ends nor is killed has hung."""

Losses = list[tuple[int, str]]
"""The number of each batch that was trained on, and its loss as a hexadecimal float."""


def load(path: str) -> ModuleType:
    specification = importlib.util.spec_from_file_location("example", path)
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def start(example: ModuleType, words: list[str], log: Path) -> int:
    """Starts a training in a process of its own, and returns the number of that process."""
    process = os.fork()
    if process == 0:
        run(example, words, log)
    return process


def run(example: ModuleType, words: list[str], log: Path) -> NoReturn:
    code = 1
    try:
        descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        os.dup2(descriptor, 1)
        os.dup2(descriptor, 2)
        sys.argv = ["example", *words]
        example.main()
        sys.stdout.flush()
        code = 0
    except BaseException:
        traceback.print_exc()
        sys.stderr.flush()
    finally:
        os._exit(code)


def wait(process: int, seconds: float, file: Path | None = None, steps: int = 0) -> int | None:
    """Returns the exit status, or None where the process is there after so many seconds, or steps in the file."""
    end = time.monotonic() + seconds
    while time.monotonic() < end and (file is None or len(losses(file)) < steps):
        ended, status = os.waitpid(process, os.WNOHANG)
        if ended:
            return status
        time.sleep(0.002)
    return None


def losses(file: Path) -> Losses:
    if not file.exists():
        return []
    lines = (line.split() for line in file.read_text().splitlines())
    return [(int(number), loss) for number, loss in lines]


class DifferenceError(Exception):
    """A resumed training differs from the one without interruption."""


class Life:
    """One training from its first step to its last, through all kills in between."""

    def __init__(self, reference: Losses, every: int, epoch: int) -> None:
        self._reference = reference
        # Behind which steps there is a checkpoint: so many of each epoch, and its last one.
        count = len(reference)
        self._points = [n for n in range(count + 1) if n % epoch % every == 0]
        # Where the next start may begin: a kill while a checkpoint is written may leave the one before.
        self.starts = {0}
        self.steps = 0

    def add(self, found: Losses) -> None:
        """Checks what a part of this life has trained on, and where it began."""
        self.steps += len(found)
        if not found:
            return
        first = [number for number, _ in self._reference].index(found[0][0])
        if first not in self.starts:
            raise DifferenceError(f"goes on with batch {found[0][0]} (expected one of {sorted(self.starts)})")
        expected = self._reference[first : first + len(found)]
        for (number, loss), (expected_number, expected_loss) in zip(found, expected, strict=False):
            if number != expected_number:
                raise DifferenceError(f"batch {number} comes where batch {expected_number} should")
            if loss != expected_loss:
                raise DifferenceError(f"loss of batch {number} is {loss} (expected {expected_loss})")
        if len(found) > len(expected):
            raise DifferenceError(f"{len(found) - len(expected)} batches come after the end")
        last = first + len(found)
        before = [point for point in self._points if first <= point <= last][-2:]
        # The checkpoint behind the last step of all may have been on its way.
        self.starts = {point for point in before if point == before[-1] or before[-1] == last} or {first}

    def check_end(self, last: Losses) -> None:
        """Checks that the training went to its end; a part that begins there has nothing left to train on."""
        if last and last[-1] != self._reference[-1]:
            raise DifferenceError(f"ends with batch {last[-1][0]} (expected {self._reference[-1][0]})")
        if not last and len(self._reference) not in self.starts:
            raise DifferenceError("ends before the last batch")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("example")
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 32), help="of the moments and threads")
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--checkpoint-every", type=int, default=7, metavar="STEPS")
    parser.add_argument("--threads", nargs="+", default=["1", "2", "3"], help="the loader's, drawn anew for each start")
    parser.add_argument("--preload", action="append", default=[], help="a module that the framework imports late")
    parser.add_argument("words", nargs="+")
    options = parser.parse_args()
    chance = random.Random(options.seed)
    print(f"kills: seed {options.seed}", flush=True)
    example = load(options.example)
    for module in options.preload:
        importlib.import_module(module)
    with tempfile.TemporaryDirectory() as scratch:
        return audit(options, chance, example, Path(scratch))


def audit(options: argparse.Namespace, chance: random.Random, example: ModuleType, scratch: Path) -> int:
    log = scratch / "log"
    words = [*options.words, "--epochs", str(options.epochs), "--checkpoint-every", str(options.checkpoint_every)]

    def whole(name: str, threads: str) -> Losses:
        file = scratch / name
        process = start(example, [*words, "--threads", threads, "--losses", str(file)], log)
        if wait(process, LIMIT) != 0:
            raise DifferenceError(f"a training without kills fails: {log.read_text()}")
        return losses(file)

    began = time.monotonic()
    reference = whole("reference", options.threads[0])
    duration = time.monotonic() - began
    if whole("again", options.threads[-1]) != reference:
        raise DifferenceError("the same seed twice gives other losses")
    print(
        f"kills: {len(reference)} steps in {duration:.2f} s, the same losses with {options.threads[-1]} threads",
        flush=True,
    )

    epoch = len(reference) // options.epochs
    kills = lives = steps = 0
    moments = []
    while kills < options.kills:
        lives += 1
        life = Life(reference, options.checkpoint_every, epoch)
        checkpoint = scratch / f"checkpoint-{lives}"
        while True:
            file = scratch / "losses"
            file.unlink(missing_ok=True)
            threads = chance.choice(options.threads)
            more = ["--threads", threads, "--losses", str(file), "--checkpoint", str(checkpoint)]
            process = start(example, words + more, log)
            # Half of them anywhere, the start included, and half behind some step, of which there may be few left.
            # The last training is not killed more often than asked for.
            is_killed, is_anywhere = kills < options.kills, chance.random() < 0.5
            if is_killed and is_anywhere:
                status = wait(process, chance.uniform(0, duration))
            elif is_killed:
                status = wait(process, LIMIT, file, chance.randrange(1, len(reference)))
            else:
                status = wait(process, LIMIT)
            if status is None:
                os.kill(process, signal.SIGKILL)
                os.waitpid(process, 0)
                if not is_killed:
                    raise DifferenceError(f"a training hangs: {log.read_text()}")
                kills += 1
            elif status != 0:
                raise DifferenceError(f"a training fails: {log.read_text()}")
            found = losses(file)
            life.add(found)
            if status == 0:
                life.check_end(found)
                break
            moments.append(found[-1][0] if found else None)
        steps += life.steps
        checkpoint.unlink(missing_ok=True)
    unborn = sum(moment is None for moment in moments)
    steps_killed = len(set(moments) - {None})
    print(
        f"{kills} kills in {lives} trainings of {len(reference)} steps, at {steps_killed} different ones, {unborn} "
        f"before the first; {steps} losses compared, all equal"
    )
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except DifferenceError as fault:
        print(f"kills: {fault}", file=sys.stderr)
        sys.exit(1)
