"""Runs commands under faults, many at once, and tells what did not hold; see docs/faults.md."""

from __future__ import annotations

import argparse
import collections
import collections.abc
import dataclasses
import fractions
import hashlib
import multiprocessing
import os
import pathlib
import random
import shutil
import sys
import tempfile
import time

import calls
import limits
import server
from commands import COMMANDS, Command, Inputs
from trial import Ending, Fault, Finding, Runner

KINDS = ("calls", "signals", "servers", "limits")
COLUMNS = ("hangs", "finals", "codes", "crashes", "leftovers", "not resumable", "messages")
#: Runs of a short sweep, spread over kinds and commands.
SHORT = 90


@dataclasses.dataclass(frozen=True)
class Trial:
    """One run under one fault."""

    kind: str
    command: str
    fault: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.command}:{self.fault}"


@dataclasses.dataclass(frozen=True)
class Outcome:
    """What came of it."""

    trial: Trial
    findings: list[Finding]
    call: str = ""
    code: int = 0


@dataclasses.dataclass(frozen=True)
class Measured:
    """A run without a fault, and its calls."""

    good: Ending
    counts: dict[str, int]
    total: int


class Worker:
    """What one process of the sweep has: a server, a shim, and a directory."""

    def __init__(self, options: argparse.Namespace, place: pathlib.Path) -> None:
        self._inputs = Inputs(place / "in", options.binary)
        own = place / f"worker-{os.getpid()}"
        own.mkdir()
        self._shim = calls.Shim(options.shim, own / "state")
        self._runner = Runner(self._inputs, server.Server(self._inputs.archive), own)
        self._slow: float = options.slow
        self.deadline: float = options.deadline

    def measure(self, command: Command) -> Measured:
        good = self._runner.measure(command, self._shim.counting())
        state = self._shim.state
        return Measured(good, dict(zip(calls.FAMILIES, state.counts, strict=True)), state.total)

    def run(self, trial: Trial, good: Ending) -> Outcome:
        if trial.kind == "limits" and not limits.lets_begin(trial.fault, self._inputs.binary):
            return Outcome(trial, [])
        self._shim.counting()
        fault = self._fault(trial)
        fault.limit += self._slow
        findings, end = self._runner.try_out(_command(trial.command), fault, good)
        call = bytes(self._shim.state.call).decode(errors="backslashreplace").replace(f"{self._runner.scratch}/", "")
        if trial.kind == "signals" and (fired := self._shim.state.fired):
            after = end.ended - fired / 1e9
            if after > calls.SIGNAL_LIMIT + self._slow:
                findings.append(Finding("hangs", f"{after:.1f} s after the signal"))
        return Outcome(trial, findings, call, end.code)

    def _fault(self, trial: Trial) -> Fault:
        if trial.kind in ("calls", "signals"):
            return self._shim.fault(trial.fault)
        if trial.kind == "limits":
            return limits.fault(trial.fault)
        return server.fault(trial.fault)


def _command(name: str) -> Command:
    return next(command for command in COMMANDS if command.name == name)


def plan(options: argparse.Namespace, measured: dict[str, Measured]) -> list[Trial]:
    """All trials that `options` ask for, in the order in which they run."""
    trials = []
    for name, found in measured.items():
        # Of its own, since the number of calls differs a little from run to run and must not change other choices.
        chance = random.Random(f"{options.seed} {name}")
        names: dict[str, collections.abc.Iterable[str]] = {
            "calls": calls.faults(found.counts, options.points, chance),
            "signals": calls.signals(found.total, options.points, chance),
            "servers": server.answers(options.points * 20, chance) if _command(name).takes_any_answer else (),
            "limits": limits.faults(chance),
        }
        for kind in options.only or KINDS:
            trials += [Trial(kind, name, fault) for fault in names[kind]]
    trials.sort(key=lambda trial: hashlib.sha256(f"{options.seed} {trial}".encode()).digest())
    if options.share < 1:
        trials = trials[: max(1, int(len(trials) * options.share))]
    if options.short:
        trials = _spread([trial for trial in trials if not server.takes_long(trial.fault)], SHORT)
    return trials


def _spread(trials: list[Trial], count: int) -> list[Trial]:
    """`count` of them, with as many of each kind and command as there can be."""
    groups: dict[tuple[str, str], list[Trial]] = collections.defaultdict(list)
    for trial in trials:
        groups[trial.kind, trial.command].append(trial)
    turns = [(turn, number) for number, group in enumerate(groups.values()) for turn in range(len(group))]
    members = list(groups.values())
    return [members[number][turn] for turn, number in sorted(turns)[:count]]


def table(outcomes: list[Outcome], with_commands: bool) -> str:
    """The counts by command and kind."""
    rows: dict[tuple[str, str], collections.Counter[str]] = collections.defaultdict(collections.Counter)
    for outcome in outcomes:
        command, kind = outcome.trial.command, outcome.trial.kind
        for row in [(command, kind)] * with_commands + [("all", kind), ("all", "all")]:
            rows[row]["runs"] += 1
            rows[row].update({finding.column for finding in outcome.findings})
    lines = [f"{'command':20} {'kind':8} {'runs':>6} " + " ".join(f"{column:>9}" for column in COLUMNS)]
    for (command, kind), counts in sorted(rows.items(), key=lambda entry: ("all" in entry[0], entry[0])):
        cells = " ".join(f"{counts[column]:>{max(9, len(column))}}" for column in COLUMNS)
        lines.append(f"{command:20} {kind:8} {counts['runs']:>6} {cells}")
    return "\n".join(lines)


def _jobs() -> int:
    # Runs wait more than they compute: for servers that say nothing, and between tries.
    return 3 * len(os.sched_getaffinity(0))


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/faults", description=__doc__)
    parser.add_argument("--only", action="append", choices=KINDS, metavar="KIND", help=", ".join(KINDS))
    parser.add_argument("--command", action="append", metavar="NAME", help="commands whose names begin so")
    parser.add_argument("--seed", type=int, default=1, help="what every choice derives from")
    parser.add_argument("--points", type=int, default=25, help="calls of a run that fail for each reason, at most")
    parser.add_argument("--share", type=fractions.Fraction, default=fractions.Fraction(1), help="such as 1/20")
    parser.add_argument("--seconds", type=float, default=3600, help="begin no run after this time")
    parser.add_argument("--short", action="store_true", help=f"{SHORT} runs, over all kinds and commands")
    parser.add_argument("--jobs", type=int, default=_jobs(), help="runs at once")
    parser.add_argument("--slow", type=float, default=0, help="seconds more that a run may take, for slow builds")
    parser.add_argument("--repeat", metavar="TRIAL", help="run this one alone, and tell how it ended")
    parser.add_argument("--binary", type=pathlib.Path, required=True, help=argparse.SUPPRESS)
    parser.add_argument("--shim", type=pathlib.Path, required=True, help=argparse.SUPPRESS)
    return parser.parse_args()


_worker: Worker


def _begin(options: argparse.Namespace, place: pathlib.Path) -> None:
    global _worker
    _worker = Worker(options, place)


def _measure(command: Command) -> Measured:
    return _worker.measure(command)


def _run(work: tuple[Trial, Ending]) -> Outcome | None:
    return None if time.monotonic() > _worker.deadline else _worker.run(*work)


def sweep(options: argparse.Namespace, place: pathlib.Path) -> tuple[list[Outcome], int]:
    """Runs what `options` ask for; also the number of trials that there are."""
    options.deadline = time.monotonic() + options.seconds
    Inputs(place / "in", options.binary)
    commands = [command for command in COMMANDS if command.name.startswith(tuple(options.command or [""]))]
    repeated = Trial(*options.repeat.split(":", 2)) if options.repeat else None
    if repeated:
        commands = [_command(repeated.command)]
    outcomes = []
    with multiprocessing.get_context("spawn").Pool(options.jobs, _begin, (options, place)) as pool:
        measured = dict(zip((command.name for command in commands), pool.map(_measure, commands), strict=True))
        for name, found in measured.items():
            if found.good.code != 0:
                sys.exit(f"scripts/faults: {name} fails without a fault, {found.good.code}: {found.good.stderr!r}")
        trials = [repeated] if repeated else plan(options, measured)
        for outcome in pool.imap_unordered(_run, [(trial, measured[trial.command].good) for trial in trials]):
            # Those that are late are passed over one by one: a worker that is ended leaves what it has mounted.
            if outcome is None:
                continue
            outcomes.append(outcome)
            report(outcome, is_told=repeated is not None)
    return outcomes, len(trials)


def report(outcome: Outcome, is_told: bool) -> None:
    """Prints a finding as it comes, with what repeats it."""
    for finding in outcome.findings:
        print(f"{finding.column}: {finding.text}  [{outcome.call}]\n    scripts/faults --repeat '{outcome.trial}'")
    if is_told:
        print(f"exit code {outcome.code}  [{outcome.call}]")
    sys.stdout.flush()


def main() -> int:
    options = parse()
    options.binary = options.binary.resolve()
    begin = time.monotonic()
    place = pathlib.Path(tempfile.mkdtemp(prefix="cifar-pipe-faults-"))
    try:
        outcomes, planned = sweep(options, place)
    finally:
        shutil.rmtree(place, ignore_errors=True)
    print(table(outcomes, with_commands=not options.short))
    print(f"{len(outcomes)} of {planned} runs, seed {options.seed}, {time.monotonic() - begin:.0f} s")
    return 1 if any(outcome.findings for outcome in outcomes) else 0


if __name__ == "__main__":
    sys.exit(main())
