"""Reads batches from standard input: cifar-pipe batch --format npy | python3 read_npy.py"""
import ast
import functools
import sys
import numpy as np


def fill(stream, array, may_end=False):
    """Reads the whole array, however little a pipe gives at a time; None at the end of the stream."""
    data, count = array.reshape(-1).view(np.uint8), 0
    while count < data.size:
        if not (got := stream.readinto(data[count:])):
            if may_end and count == 0:
                return None
            raise EOFError("the stream was cut")
        count += got
    return array


@functools.cache  # A stream has the same few headers again and again.
def parsed(header):
    return ast.literal_eval(header.decode())


def arrays(stream):
    start = np.empty(10, np.uint8)  # magic, version 1.0, length of the header
    while fill(stream, start, may_end=True) is not None:
        header = parsed(fill(stream, np.empty(start[8:].view("<u2")[0], np.uint8)).tobytes())
        yield fill(stream, np.empty(header["shape"], header["descr"]))


if __name__ == "__main__":
    stream = arrays(sys.stdin.buffer)
    for images, labels in zip(stream, stream, strict=True):
        print(images.shape, images.dtype, labels.shape, labels.dtype)
