"""The memory that the tool fills, its header, and the messages: docs/slots.md, byte by byte."""

from __future__ import annotations

import fcntl
import mmap
import os
import struct
from dataclasses import dataclass

from .errors import Error

MAGIC = b"cifar-pipe slots"
FORMAT_VERSION = 1
MESSAGE = struct.Struct("<IIIIQQQQ16x")
START, BATCH, END_OF_EPOCH, END_OF_RUN, ERROR = 1, 2, 3, 4, 5

# A message, unpacked: kind, slot, examples, exit code, number, epoch, number in the epoch, position.
Message = tuple[int, int, int, int, int, int, int, int]

# The memory is sealed before its size is known. It takes memory only where it is written, so this
# is far more than 255 slots of the largest batch; systems that refuse it are asked for less.
_SIZES = tuple(1 << bits for bits in (44, 40, 36, 32, 28))
_HEADER = struct.Struct("<16sIIQQQII3II12s12sQQQQIIQ16s32sI")
_UNLIMITED = (1 << 64) - 1
_TYPES = {"uint8": 1, "float16": 2, "bfloat16": 2, "float32": 4, "int32": 4, "int64": 8}


def create_memory() -> int:
    """Returns the descriptor of a new file in memory that can neither grow nor shrink; no other program inherits it."""
    descriptor = os.memfd_create("cifar-pipe slots", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    try:
        for size in _SIZES:
            try:
                os.ftruncate(descriptor, size)
                break
            except OSError:
                if size == _SIZES[-1]:
                    raise
        fcntl.fcntl(descriptor, fcntl.F_ADD_SEALS, fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


@dataclass(frozen=True)
class Header:
    """What the tool says about a run before its first batch; sizes in bytes."""

    size: int
    total_size: int
    stride: int
    labels_offset: int
    slots: int
    batch_size: int
    image_axes: tuple[int, int, int]
    labels: int
    image_type: str
    label_type: str
    seed: int
    batches_per_epoch: int | None
    """Batches that this process delivers in a whole epoch, None where epochs differ."""
    first_position: int
    batches_of_run: int | None
    """Batches of the run, over all processes; None without end."""
    shard: int
    shards: int
    all_batches_per_epoch: int
    """Batches in an epoch, over all processes."""
    layout: str
    version: str
    token: str
    """The token of the run without the position and the check."""

    @property
    def image_shape(self) -> tuple[int, ...]:
        """The shape of the images of a full batch."""
        return (self.batch_size, *self.image_axes)

    @property
    def label_shape(self) -> tuple[int, ...]:
        """The shape of the labels of a full batch."""
        if self.label_type == "int64" and self.labels == 1:
            return (self.batch_size,)
        return (self.batch_size, self.labels)

    def token_at(self, position: int) -> str:
        """Returns the token for `--resume` that continues the run at `position`."""
        body = f"{self.token}{position}"
        return f"{body}@check={_fnv1a(body.encode()):016x}"


def read_header(descriptor: int) -> Header:
    """Reads the header behind `descriptor`.

    Raises Error where it is not one, where its version is another, and where its numbers contradict each other:
    each is checked before it is used as a size or an offset.
    """
    block = os.pread(descriptor, mmap.PAGESIZE, 0)
    if block[:16] != MAGIC:
        raise Error(f"header of the slots: no header is here (expected {MAGIC!r}, found {block[:16]!r})")
    fields = _HEADER.unpack_from(block)
    if fields[1] != FORMAT_VERSION:
        raise Error(f"header of the slots: version is not known (expected {FORMAT_VERSION}, found {fields[1]})")
    text_end = _HEADER.size + fields[-1]
    if text_end > fields[2]:
        raise Error(
            f"header of the slots: its text does not fit (expected at most {fields[2]} bytes, found {text_end})"
        )
    if text_end > len(block):
        block = os.pread(descriptor, text_end, 0)
    header = Header(
        size=fields[2],
        total_size=fields[3],
        stride=fields[4],
        labels_offset=fields[5],
        slots=fields[6],
        batch_size=fields[7],
        image_axes=fields[8:11],
        labels=fields[11],
        image_type=_text(fields[12]),
        label_type=_text(fields[13]),
        seed=fields[14],
        batches_per_epoch=fields[15] or None,
        first_position=fields[16],
        batches_of_run=None if fields[17] == _UNLIMITED else fields[17],
        shard=fields[18],
        shards=fields[19],
        all_batches_per_epoch=fields[20],
        layout=_text(fields[21]),
        version=_text(fields[22]),
        token=_text(block[_HEADER.size : text_end]),
    )
    _check(header, os.fstat(descriptor).st_size)
    return header


def _check(header: Header, size: int) -> None:
    if header.image_type not in _TYPES or header.label_type not in ("int32", "int64"):
        raise Error(f"header of the slots: type is not known (found {header.image_type!r} and {header.label_type!r})")
    height, width, channels = header.image_axes
    image_bytes = header.batch_size * height * width * channels * _TYPES[header.image_type]
    label_bytes = header.batch_size * header.labels * _TYPES[header.label_type]
    fits = (
        2 <= header.slots <= 255
        and 0 < image_bytes <= header.labels_offset
        and header.labels_offset + label_bytes <= header.stride
        and header.size + header.slots * header.stride <= header.total_size <= size
        and header.size % mmap.PAGESIZE == header.stride % mmap.PAGESIZE == 0
        and 0 <= header.shard < header.shards
    )
    if not fits:
        raise Error(f"header of the slots: its sizes contradict each other (found {header})")


def _text(field: bytes) -> str:
    return field.rstrip(b"\0").decode("utf-8", "replace")


def _fnv1a(text: bytes) -> int:
    value = 0xCBF29CE484222325
    for byte in text:
        value = (value ^ byte) * 0x100000001B3 & 0xFFFFFFFFFFFFFFFF
    return value
