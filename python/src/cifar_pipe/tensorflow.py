"""`dataset`: a loader as a `tf.data.Dataset`."""

from __future__ import annotations

from typing import Any

import tensorflow as tf

from .loader import Loader


def dataset(loader: Loader) -> Any:
    """Returns a dataset of the batches of `loader`: each iteration of it is one epoch, so `repeat()` is all of them.

    TensorFlow takes batches ahead of the program, in a thread of its own. The loader's state counts them as used; where
    checkpoints have to be exact, iterate over the loader itself.
    """
    run = loader._started()
    header = run.header
    images = tf.TensorSpec((None, *header.image_axes), tf.dtypes.as_dtype(header.image_type))
    labels = tf.TensorSpec((None, *header.label_shape[1:]), tf.dtypes.as_dtype(header.label_type))
    return tf.data.Dataset.from_generator(lambda: iter(loader), output_signature=(images, labels))
