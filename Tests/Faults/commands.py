"""The commands that are swept, and what they work on."""

from __future__ import annotations

import dataclasses
import hashlib
import pathlib
import shutil
import subprocess

ARCHIVE = "cifar-10-binary.tar.gz"
DIRECTORY = "cifar-10-batches-bin"


@dataclasses.dataclass(frozen=True)
class Command:
    """One command line.

    Paths are relative to the working directory, `{in}` is the directory of the inputs and `{url}` a server.
    """

    name: str
    arguments: str
    outputs: tuple[str, ...] = ()
    #: What lies there before: a path, and the input that it is a copy of.
    before: tuple[tuple[str, str], ...] = ()
    stdin: str | None = None
    #: Whether the same run prints the same.
    prints_the_same: bool = True
    #: Outputs that differ from run to run: tokens, and what is measured.
    varying: tuple[str, ...] = ()
    #: Outputs are finished one after the other, and each counts.
    has_steps: bool = False
    #: A first run is cut off, and this one continues it.
    is_continued: bool = False
    #: What is there is to go.
    clears: bool = False

    @property
    def fetches(self) -> bool:
        return self.arguments.startswith("fetch")

    @property
    def takes_any_answer(self) -> bool:
        return "{url}" in self.arguments and not self.before and not self.is_continued

    @property
    def replaces(self) -> bool:
        return "--force" in self.arguments


_BATCH = "--seed 1 --batch-size 8 --min-after-dequeue 10 --threads 2"
#: A debug build takes its time to draw.
_SHOWN = "--seed 1 --batch-size 1 --min-after-dequeue 10 --threads 2"
_RUN = f"{_BATCH} --batches 9"
_FETCH = "fetch --output . --url {url}/a.tar.gz --tries 2 --timeout 1"
_FETCHED = (ARCHIVE, DIRECTORY)
_CACHED = ((f"cache/{ARCHIVE}", "a.tar.gz"), (f"cache/{DIRECTORY}", "new"))

COMMANDS = (
    Command("fetch", _FETCH + " --sha256 {sha256}", _FETCHED, has_steps=True),
    Command("fetch-unverified", _FETCH + " --unverified", _FETCHED, has_steps=True),
    Command("fetch-sized", _FETCH + " --sha256 {sha256} --size {size}", _FETCHED, has_steps=True),
    Command("fetch-continued", _FETCH + " --sha256 {sha256}", _FETCHED, has_steps=True, is_continued=True),
    Command(
        "fetch-force",
        _FETCH + " --sha256 {sha256} --force",
        _FETCHED,
        ((ARCHIVE, "old.tar.gz"), (DIRECTORY, "old")),
        has_steps=True,
    ),
    Command("fetch-file", "fetch --output . --url file://{in}/a.tar.gz --sha256 {sha256}", _FETCHED, has_steps=True),
    Command("extract", "extract {in}/a.tar.gz --output x", ("x",)),
    Command("extract-force", "extract {in}/a.tar.gz --output x --force", ("x",), (("x", "old"),)),
    Command("extract-stdin", "extract - --output x", ("x",), stdin="a.tar.gz"),
    Command("batch-file", f"batch --data {{in}}/new {_RUN} --format raw --output o", ("o",)),
    Command("batch-force", f"batch --data {{in}}/new {_RUN} --format raw --output o --force", ("o",), (("o", "list"),)),
    Command("batch-npy", f"batch --data {{in}}/a.tar.gz {_RUN} --format npy --output o", ("o",)),
    Command(
        "batch-manifest",
        f"batch --data {{in}}/new {_RUN} --format raw --output o --manifest m --token-file t",
        ("o", "m", "t"),
        varying=("t",),
    ),
    Command(
        "batch-token",
        f"batch --data {{in}}/new {_RUN} --format raw --output o --token-file t --force",
        ("o", "t"),
        (("o", "list"), ("t", "token")),
        varying=("t",),
    ),
    Command("batch-pipe", f"batch --data {{in}}/new {_BATCH} --epochs 4 --format raw"),
    Command("batch-jsonl", f"batch --data {{in}}/a.tar.gz {_RUN} --format jsonl"),
    Command(
        "batch-streamed",
        f"batch --data {{in}}/new {_BATCH} --epochs 3 --memory-limit 0 --format summary",
        prints_the_same=False,
    ),
    Command("batch-resume", f"batch --data {{in}}/new {_RUN} --format raw --resume {{token}}"),
    Command("token", f"token --data {{in}}/new {_RUN} --at 5"),
    Command(
        "bench",
        f"bench --data {{in}}/new {_BATCH} --batches 4 --runs 1 --warmup 0"
        " --export-json j --export-csv c --export-markdown k",
        ("j", "c", "k"),
        prints_the_same=False,
        varying=("j", "c", "k"),
    ),
    Command("show", f"show --data {{in}}/new {_SHOWN} --scale 1 --output o.png", ("o.png",)),
    Command(
        "show-force",
        f"show --data {{in}}/new {_SHOWN} --scale 1 --output o.png --force",
        ("o.png",),
        (("o.png", "list"),),
    ),
    Command("demo", "demo runner --threads 3"),
    Command("demo-pipeline", "demo pipeline --speed 100", prints_the_same=False),
    Command("synth", "synth --output x --records-per-file 20 --seed 1", ("x",)),
    Command("synth-force", "synth --output x --records-per-file 20 --seed 1 --force", ("x",), (("x", "old"),)),
    Command("synth-archive", "synth --output a.tar.gz --records-per-file 20 --seed 1", ("a.tar.gz",)),
    Command(
        "synth-archive-force",
        "synth --output a.tar.gz --records-per-file 20 --seed 1 --force",
        ("a.tar.gz",),
        (("a.tar.gz", "old.tar.gz"),),
    ),
    Command("verify", "verify {in}/new"),
    Command("verify-archive", "verify {in}/a.tar.gz"),
    Command("verify-digests", "verify --digests {in}/list {in}/new"),
    Command("cache-ls", "cache ls", before=_CACHED),
    Command("cache-verify", "cache verify", before=_CACHED),
    Command("cache-clear", "cache clear", tuple(path for path, _ in _CACHED), _CACHED, clears=True),
)


class Inputs:
    """What the commands read, made once by the command itself."""

    def __init__(self, place: pathlib.Path, binary: pathlib.Path) -> None:
        self.place = place
        self.binary = binary
        if not place.exists():
            place.mkdir(parents=True)
            for name, seed in (("new", 1), ("a.tar.gz", 1), ("old", 2), ("old.tar.gz", 2)):
                self._run("synth", "--output", name, "--records-per-file", "20", "--seed", str(seed))
            files = sorted((place / "new").glob("*.bin"))
            lines = [f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}\n" for file in files]
            (place / "list").write_text("".join(lines))
            (place / "token").write_text(self._run("token", "--data", "new", *_RUN.split(), "--at", "3"))
        self.archive = (place / "a.tar.gz").read_bytes()
        self.values = {
            "in": str(place),
            "sha256": hashlib.sha256(self.archive).hexdigest(),
            "size": str(len(self.archive)),
            "token": (place / "token").read_text().strip(),
        }

    def _run(self, *arguments: str) -> str:
        result = subprocess.run([self.binary, *arguments], cwd=self.place, check=True, capture_output=True, text=True)
        return result.stdout

    def arguments(self, command: Command, url: str) -> list[str]:
        return [str(self.binary), *(word.format(url=url, **self.values) for word in command.arguments.split())]

    def lay_out(self, command: Command, place: pathlib.Path) -> None:
        """Makes the working directory of a run."""
        (place / "cache").mkdir(parents=True)
        for path, name in command.before:
            source = self.place / name
            if source.is_dir():
                shutil.copytree(source, place / path)
            else:
                shutil.copyfile(source, place / path)
