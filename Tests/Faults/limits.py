"""Limits of the process and of the disk."""

from __future__ import annotations

import collections.abc
import pathlib
import random
import shutil
import subprocess
import tempfile

from trial import CODES, Fault

#: For each option of prlimit, or `disk`, the sizes that are tried.
_SIZES: dict[str, tuple[int, ...]] = {
    "nofile": (3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 14, 16, 20),
    "fsize": (0, 1, 512, 4096, 20_000, 65_536, 300_000, 1_000_000),
    "as": tuple(mebibytes << 20 for mebibytes in range(8, 400, 6)),
    "disk": (4096, 8192, 65_536, 131_072, 262_144, 393_216, 524_288, 786_432),
}


def faults(chance: random.Random) -> collections.abc.Iterator[str]:
    """Names of limits, such as `nofile=16`."""
    for limit, sizes in _SIZES.items():
        if limit == "disk" and not _may_mount():
            continue
        for size in sizes:
            # The address space is a matter of where exactly it ends.
            yield f"{limit}={size + chance.randrange(6 << 20) // 4096 * 4096 if limit == 'as' else size}"


def fault(name: str) -> Fault:
    limit, size = name.split("=")
    if limit == "disk":
        return Fault(disk=int(size), codes=frozenset({0, 73, 74}))
    # Removing a directory takes a descriptor, too.
    return Fault(
        wrapper=("prlimit", f"--{limit}={size}"),
        codes=CODES - {65, 141},
        keeps_temporary=limit == "nofile",
        hears_others=limit == "as",
    )


def lets_begin(name: str, binary: pathlib.Path) -> bool:
    """Whether the command is loaded at all under this limit; what comes before is not its own."""
    wrapper = fault(name).wrapper
    return subprocess.run([*wrapper, binary, "--version"], capture_output=True).returncode == 0


def _may_mount() -> bool:
    with tempfile.TemporaryDirectory() as place:
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4096", "tmpfs", place], capture_output=True)
        if mounted.returncode == 0:
            subprocess.run(["umount", place], check=True)
    return mounted.returncode == 0 and shutil.which("prlimit") is not None
