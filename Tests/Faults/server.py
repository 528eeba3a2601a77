"""A server on the loopback address that says every odd thing, and the things it says."""

from __future__ import annotations

import collections.abc
import contextlib
import itertools
import random
import re
import socket
import struct
import threading
import time

from trial import CODES, Fault

#: What an answer may be in each respect; the first is what an honest server says, and is left out of names.
RESPECTS: dict[str, tuple[str, ...]] = {
    "status": (
        "200", "204", "206", "301", "304", "308", "400", "401", "404", "408", "416", "429", "500", "503", "599", "099",
        "1000", "abc", "none",
    ),
    "length": ("right", "absent", "short", "long", "zero", "garbage", "negative", "double", "differing", "huge"),
    "body": ("right", "empty", "half", "long", "html", "wrong", "endless", "slow", "reset", "silent"),
    "range": (
        "honoured", "ignored", "offset", "total", "unknown-total", "garbage", "backwards", "huge", "refused",
        "refused-other", "refused-nothing",
    ),
    "interim": ("none", "100", "103", "101", "101-body", "199", "hundred"),
    "chunked": ("none", "right", "empty", "broken", "short", "huge", "endless", "trailers", "with-length"),
    "location": ("none", "loop", "relative", "empty", "ftp", "file", "garbage", "credentials", "long", "bytes", "host"),
    "field": ("none", "long", "many", "no-colon", "nul", "folded", "gzip", "bare-lf", "weak-tag", "other-tag"),
    "after": ("none", "0", "1", "86400", "garbage", "negative", "huge", "date"),
    "times": ("always", "once"),
}  # fmt: skip
#: What lies there of an earlier run.
PARTIALS = ("none", "half", "longer", "garbage", "complete", "alone", "empty")

#: Bytes: far more than any limit of what is expected.
_ENDLESS = 1 << 28


def answers(count: int, chance: random.Random) -> collections.abc.Iterator[str]:
    """Every answer that is odd in one respect, then `count` that are in two or three."""
    single = [(f"{name}={value}",) for name, values in RESPECTS.items() for value in values[1:] if name != "times"]
    several = [
        tuple(
            f"{name}={chance.choice(RESPECTS[name][1:])}"
            for name in chance.sample(list(RESPECTS), chance.choice((2, 3)))
        )
        for _ in range(count)
    ]
    for parts, partial in itertools.chain(
        itertools.product(single, PARTIALS), ((parts, chance.choice(PARTIALS)) for parts in several)
    ):
        yield ",".join(parts) + (f",partial={partial}" if partial != "none" else "")


def fault(name: str) -> Fault:
    """What `answers` has named; the server alone is to blame then."""
    partial = dict(part.split("=") for part in name.split(",")).get("partial")
    # Two tries, silent for a second each and with a pause between them, and then what an endless body takes.
    return Fault(answer=name, partial=partial, limit=20, codes=CODES - {74, 141})


def takes_long(name: str) -> bool:
    return any(word in name for word in ("endless", "slow", "silent", "after="))


class Server:
    """Answers every request with the file, or as `answering` says."""

    def __init__(self, file: bytes) -> None:
        self._file = file
        self._answer: dict[str, str] = {}
        self._requests = 0
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    @contextlib.contextmanager
    def answering(self, name: str) -> collections.abc.Iterator[None]:
        """Answers as `name` says, such as `status=404,body=html`."""
        parts = (part.split("=") for part in name.split(",") if part)
        self._answer = {key: value for key, value in parts if key != "partial"}
        self._requests = 0
        yield
        self._answer = {}

    def _accept(self) -> None:
        while True:
            connection, _ = self._listener.accept()
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        # The client may go away at any moment.
        with contextlib.suppress(OSError), connection:
            connection.settimeout(20)
            request = b""
            while b"\r\n\r\n" not in request:
                received = connection.recv(65536)
                if not received:
                    return
                request += received
            answer = self._answer
            self._requests += 1
            if answer.get("times") == "once" and self._requests > 1:
                answer = {}
            for piece in reply(self._file, request, answer):
                if isinstance(piece, float):
                    time.sleep(piece)
                elif piece is RESET:
                    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                    return
                else:
                    connection.sendall(piece)


#: The connection breaks off.
RESET = b"reset"


def reply(file: bytes, request: bytes, answer: dict[str, str]) -> collections.abc.Iterator[bytes | float]:
    """The pieces of a reply; numbers are pauses in seconds."""
    said = {name: answer.get(name, values[0]) for name, values in RESPECTS.items()}
    asked = re.search(rb"(?i)\r\nrange: bytes=(\d+)-", request)
    start = int(asked[1]) if asked and said["range"] != "ignored" else 0
    tag = re.search(rb"(?i)\r\nif-range: ([^\r]*)", request)
    if tag and tag[1] != b'"a"':
        start = 0
    status, fields = said["status"], [("ETag", '"a"'), ("Connection", "close")]
    if asked and start and status == "200":
        status = "206"
    if status == "206" or start:
        fields += _range(said["range"], start, len(file))
    if asked and (start >= len(file) > 0 or said["range"].startswith("refused")):
        status, start = "416", len(file)
        total = {"refused-other": f"bytes */{len(file) // 3}", "refused-nothing": "bytes"}.get(said["range"])
        fields = [*fields[:2], ("Content-Range", total or f"bytes */{len(file)}")]
    body = _body(said["body"], file[start:])
    fields += _length(said["length"], len(file) - start) if said["chunked"] in ("none", "with-length") else []
    fields += [("Transfer-Encoding", "chunked")] if said["chunked"] != "none" else []
    fields += _location(said["location"])
    if said["location"] != "none" and status == "200":
        status = "302"
    if said["after"] != "none":
        fields += [("Retry-After", {"huge": "9" * 30, "negative": "-5", "date": "Fri, 31 Dec 9999 23:59:59 GMT"}.get(
            said["after"], said["after"]))]  # fmt: skip
        status = "503" if status == "200" else status
    yield from _interim(said["interim"])
    head = b"" if status == "none" else f"HTTP/1.1 {status} Said\r\n".encode()
    lines = b"".join(f"{name}: {value}\r\n".encode("utf-8", "surrogateescape") for name, value in fields)
    yield head + lines + _field(said["field"]) + (b"\n" if said["field"] == "bare-lf" else b"\r\n")
    if said["chunked"] != "none":
        yield from _chunks(said["chunked"], body)
    else:
        yield from body


def _range(said: str, start: int, total: int) -> list[tuple[str, str]]:
    values = {
        "offset": f"bytes {max(0, start - 7)}-{total - 1}/{total}",
        "total": f"bytes {start}-{total - 1}/{total + 5}",
        "unknown-total": f"bytes {start}-{total - 1}/*",
        "garbage": "bytes ?-!/x",
        "backwards": f"bytes {total - 1}-{start}/{total}",
        "huge": f"bytes {start}-{'9' * 25}/{'9' * 26}",
    }
    return [("Content-Range", values.get(said, f"bytes {start}-{total - 1}/{total}"))]


def _length(said: str, right: int) -> list[tuple[str, str]]:
    values = {
        "right": (str(right),),
        "short": (str(right // 2),),
        "long": (str(right + 1000),),
        "zero": ("0",),
        "garbage": ("many",),
        "negative": ("-1",),
        "double": (str(right),) * 2,
        "differing": (str(right), str(right // 2)),
        "huge": ("9" * 25,),
    }
    return [("Content-Length", value) for value in values.get(said, ())]


def _location(said: str) -> list[tuple[str, str]]:
    values = {
        "loop": "/a.tar.gz",
        "relative": "other.tar.gz",
        "empty": "",
        "ftp": "ftp://127.0.0.1/a",
        "file": "file:///etc/passwd",
        "garbage": "http://[:::/%%",
        "credentials": "http://user:secret@127.0.0.1:9/",
        "long": "/" + "a" * 100_000,
        "bytes": "/\udcff\udc80\x1b[31m",
        "host": "http://127.0.0.1:1/a.tar.gz",
    }
    return [("Location", values[said])] if said in values else []


def _field(said: str) -> bytes:
    return {
        "long": b"X-Long: " + b"a" * 200_000 + b"\r\n",
        "many": b"X-Many: a\r\n" * 20_000,
        "no-colon": b"this is no field\r\n",
        "nul": b"X-Nul: a\0b\r\n",
        "folded": b"X-Folded: a\r\n b\r\n",
        "gzip": b"Content-Encoding: gzip\r\n",
        "weak-tag": b'ETag: W/"a"\r\n',
        "other-tag": b'ETag: "b"\r\n',
    }.get(said, b"")


def _interim(said: str) -> collections.abc.Iterator[bytes]:
    if said == "101-body":
        yield b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n" + b"body" * 1000
    elif said == "hundred":
        yield b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" * 100
    elif said != "none":
        yield f"HTTP/1.1 {said} Interim\r\nX-Interim: yes\r\n\r\n".encode()


def _body(said: str, right: bytes) -> collections.abc.Iterator[bytes | float]:
    if said == "right":
        yield right
    elif said in ("half", "reset", "silent"):
        yield right[: len(right) // 2]
        if said == "reset":
            yield RESET
        elif said == "silent":
            yield 15.0
    elif said == "long":
        yield right + b"more" * 1000
    elif said == "html":
        yield b"<!DOCTYPE html><html><body>Please log in.</body></html>"
    elif said == "wrong":
        yield bytes(byte ^ 0x55 for byte in right)
    elif said == "endless":
        yield right
        for _ in range(_ENDLESS >> 20):
            yield bytes(1 << 20)
    elif said == "slow":
        for byte in right[:200]:
            yield bytes([byte])
            yield 0.1


def _chunks(said: str, body: collections.abc.Iterator[bytes | float]) -> collections.abc.Iterator[bytes | float]:
    if said == "huge":
        yield b"fffffffffffffffff\r\n"
    elif said == "broken":
        yield b"5\r\nhelloXXzz\r\n"
    if said == "empty":
        yield b"0\r\n\r\n"
        return
    for piece in body:
        if isinstance(piece, float) or piece is RESET:
            yield piece
        elif piece:
            yield b"%x\r\n" % len(piece) + piece + b"\r\n"
    if said == "endless":
        for _ in range(_ENDLESS >> 20):
            yield b"100000\r\n" + bytes(1 << 20) + b"\r\n"
    elif said == "trailers":
        yield b"0\r\nX-Trailer: a\r\n\r\n"
    elif said != "short":
        yield b"0\r\n\r\n"
