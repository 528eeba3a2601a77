"""As kills.py, for two processes under torchrun, which are killed with their launcher.

python launched.py examples/train_torch.py --kills 3 -- DATA
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from kills import DifferenceError, Life, Losses, losses

RANKS = 2
LIMIT = 240.0
"""Seconds after which a training that neither ends nor is killed has hung."""


def descendants(process: int) -> list[int]:
    """The process and all that it and its children have started: workers of torchrun have sessions of their own."""
    found = [process]
    for parent in found:
        for task in Path(f"/proc/{parent}/task").glob("*/children"):
            try:
                found += map(int, task.read_text().split())
            except OSError:
                continue  # It has ended meanwhile.
    return found


def start(words: list[str], log: Path) -> subprocess.Popen[bytes]:
    launcher = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", str(RANKS)]
    with open(log, "ab") as output:
        return subprocess.Popen([*launcher, *words], stdout=output, stderr=output, stdin=subprocess.DEVNULL)


def kill(training: subprocess.Popen[bytes]) -> None:
    for process in descendants(training.pid):
        try:
            os.kill(process, signal.SIGKILL)
        except ProcessLookupError:
            continue
    training.wait()


def wait(training: subprocess.Popen[bytes], log: Path, file: Path, steps: int | None) -> bool:
    """Waits until so many steps are in the file, or the training has ended; whether it has.

    Raises DifferenceError where it failed.
    """
    end = time.monotonic() + LIMIT
    while (status := training.poll()) is None:
        if steps is not None and len(losses(file)) >= steps:
            return False
        if time.monotonic() > end:
            kill(training)
            raise DifferenceError(f"a training hangs: {log.read_text()}")
        time.sleep(0.002)
    if status != 0:
        raise DifferenceError(f"a training fails: {log.read_text()}")
    return True


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("example")
    parser.add_argument("--kills", type=int, default=2)
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 32), help="of the moments")
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--checkpoint-every", type=int, default=7, metavar="STEPS")
    parser.add_argument("words", nargs="+")
    options = parser.parse_args()
    chance = random.Random(options.seed)
    print(f"launched: seed {options.seed}", flush=True)
    every = ["--checkpoint-every", str(options.checkpoint_every)]
    words = [options.example, *options.words, "--epochs", str(options.epochs), *every]

    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        log, file = scratch / "log", scratch / "losses"

        def found() -> list[Losses]:
            return [losses(scratch / f"losses.{rank}") for rank in range(RANKS)]

        wait(start([*words, "--losses", str(file)], log), log, file, None)
        references = found()
        lives = [
            Life(reference, options.checkpoint_every, len(reference) // options.epochs) for reference in references
        ]
        checkpoint = str(scratch / "checkpoint")
        kills, ended = 0, False
        while not ended:
            for rank in range(RANKS):
                (scratch / f"losses.{rank}").unlink(missing_ok=True)
            training = start([*words, "--losses", str(file), "--checkpoint", checkpoint], log)
            # Most of the time goes to the start of Python and PyTorch, so that a moment is told by the steps made.
            steps = chance.randint(1, len(references[0]) // (options.kills + 1)) if kills < options.kills else None
            ended = wait(training, log, scratch / "losses.0", steps)
            if not ended:
                kill(training)
                kills += 1
            for life, part in zip(lives, found(), strict=True):
                life.add(part)
                # The first process writes the checkpoints, and others may be killed before they have noted that step.
                life.starts = lives[0].starts
                if ended:
                    life.check_end(part)
    count = sum(life.steps for life in lives)
    print(f"{kills} kills of {RANKS} processes with their launcher; {count} losses compared, all equal")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except DifferenceError as fault:
        print(f"launched: {fault}", file=sys.stderr)
        sys.exit(1)
