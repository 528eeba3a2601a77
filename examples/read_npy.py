"""Reads batches from standard input: cifar-pipe batch --format npy | python3 read_npy.py"""
import ast
import sys
import numpy as np


def arrays(stream):
    while start := stream.read(10):  # magic, version 1.0, length of the header
        header = ast.literal_eval(stream.read(int.from_bytes(start[8:], "little")).decode())
        array = np.empty(header["shape"], header["descr"])
        if stream.readinto(array.reshape(-1).view(np.uint8)) != array.nbytes:
            raise EOFError("the stream was cut")
        yield array


if __name__ == "__main__":
    stream = arrays(sys.stdin.buffer)
    for images, labels in zip(stream, stream, strict=True):
        print(images.shape, images.dtype, labels.shape, labels.dtype)
