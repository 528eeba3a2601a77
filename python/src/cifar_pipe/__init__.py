"""CIFAR batches for training programs, from the cifar-pipe tool through shared memory.

    train = cifar_pipe.Loader("~/cifar-10-batches-bin", preset="distort", batch_size=128, epochs=10, seed=1)
    for epoch in train.epochs():
        for images, labels in epoch:
            ...

`cifar_pipe.torch`, `cifar_pipe.jax` and `cifar_pipe.tensorflow` have the same for these libraries.
"""

from ._run import Batch
from ._version import __version__
from .errors import Error, NotFoundError, ResumeError, UsageError
from .loader import Epoch, Loader

__all__ = ["Batch", "Epoch", "Error", "Loader", "NotFoundError", "ResumeError", "UsageError", "__version__"]
