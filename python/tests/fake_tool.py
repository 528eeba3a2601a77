#!/usr/bin/env python3
"""A tool that breaks the rules of docs/slots.md: what CIFAR_PIPE_FAKE says, after two good batches.

It exists for faults that the real tool has not; everything else is tested with the real one.
"""

from __future__ import annotations

import mmap
import os
import signal
import struct
import sys
from collections.abc import Callable
from typing import NoReturn

PAGE = 4096
SLOTS, BATCH_SIZE, AXES = 4, 2, (2, 2, 3)
TOKEN = b"cifar-pipe-1@seed=5@next="


def header(**changes: object) -> bytes:
    fields: dict[str, object] = {
        "magic": b"cifar-pipe slots",
        "version": 1,
        "size": PAGE,
        "total": PAGE * (1 + SLOTS),
        "stride": PAGE,
        "labels_offset": 64,
        "slots": SLOTS,
        "batch_size": BATCH_SIZE,
        "images": b"uint8",
        "labels": b"int32",
        "tool": b"0.1.0",
        **changes,
    }
    return (
        struct.pack(
            "<16sIIQQQII3II12s12sQQQQIIQ16s32sI",
            *(fields[name] for name in ("magic", "version", "size", "total", "stride", "labels_offset", "slots")),
            fields["batch_size"],
            *AXES,
            1,
            *(fields["images"], fields["labels"]),
            *(5, 100, 0, 2**64 - 1, 0, 1, 100, b"nhwc", fields["tool"]),
            len(TOKEN),
        )
        + TOKEN
    )


def message(kind: int, number: int = 0, slot: int = 0, code: int = 0, count: int = BATCH_SIZE) -> bytes:
    if kind != 2:
        count = 0
    return struct.pack("<IIIIQQQQ16x", kind, slot, count, code, number, 0, number, number + 1)


def say(*parts: bytes) -> int:
    return os.write(1, b"".join(parts))


def fail(line: str, code: int) -> NoReturn:
    sys.stderr.write(line + "\n")
    sys.stderr.flush()
    os._exit(code)


# What happens after two batches.
ENDINGS: dict[str, Callable[[], object]] = {
    "exits": lambda: os._exit(0),
    "exits-70": lambda: os._exit(70),
    "fails": lambda: (say(message(5, code=65)), fail("cifar-pipe: data_batch_1.bin: label is wrong", 65)),
    "fails-without-message": lambda: fail("cifar-pipe: data_batch_1.bin: label is wrong", 65),
    "is-killed": lambda: os.kill(os.getpid(), signal.SIGKILL),
    "cuts-a-message": lambda: (say(message(2, 2)[:40]), os._exit(0)),
    "sends-an-unknown-kind": lambda: say(message(9)),
    "fills-a-slot-that-is-none": lambda: say(message(2, 2, SLOTS)),
    "fills-more-than-a-batch": lambda: say(message(2, 2, 2, count=BATCH_SIZE + 1)),
    "waits": lambda: None,
}
# What is wrong at the start.
HEADERS: dict[str, dict[str, object]] = {
    "other-magic": {"magic": b"cifar-pipe stols"},
    "version-2": {"version": 2},
    "other-tool": {"tool": b"7.0.0"},
    "unknown-type": {"images": b"float8"},
    "slots-past-the-end": {"total": PAGE},
    "labels-in-the-images": {"labels_offset": 8},
    "no-slots": {"slots": 0},
    "larger-than-the-memory": {"total": 2**63},
}


def main() -> None:
    fault = os.environ["CIFAR_PIPE_FAKE"]
    if fault == "says-nothing":
        fail("cifar-pipe: nothing was begun", 70)
    if fault == "speaks-text":
        say(b"(128, 24, 24, 3) (128, 1)\n" * 20)
    descriptor = next(int(word.partition("=")[2]) for word in sys.argv if word.startswith("--slots-fd="))
    memory = mmap.mmap(descriptor, PAGE * (1 + SLOTS))
    start = header(**HEADERS.get(fault, {}))
    memory[: len(start)] = start
    say(message(2 if fault == "begins-with-a-batch" else 1))
    for slot in range(2):
        say(message(2, slot, slot))
    ENDINGS.get(fault, ENDINGS["waits"])()
    while os.read(0, 64):
        pass


if __name__ == "__main__":
    main()
