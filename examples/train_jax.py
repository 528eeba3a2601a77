"""Trains a small network on CIFAR-10 with JAX. What was interrupted goes on from its checkpoint, bit for bit.

python train_jax.py --synthetic                          generated records, nothing to download
python train_jax.py ~/cifar-10-batches-bin --epochs 20 --checkpoint checkpoint.npz
"""

import argparse
import json
import os
from functools import partial

import jax
import jax.numpy as jnp
import numpy as np

import cifar_pipe.jax

CLASSES = 10


def initial(seed, width):
    """The kernels of three convolutions and of the layer that classifies."""
    generator = np.random.default_rng(seed)
    shapes = [(4, 4, 3, width), (3, 3, width, 2 * width), (3, 3, 2 * width, 4 * width), (4 * width, CLASSES)]
    return [
        jnp.array(generator.standard_normal(shape, np.float32) * np.float32(np.sqrt(2 / np.prod(shape[:-1]))))
        for shape in shapes
    ]


def scores(kernels, images):
    for kernel in kernels[:-1]:
        images = jax.lax.conv_general_dilated(
            images, kernel, (2, 2), "SAME", dimension_numbers=("NHWC", "HWIO", "NHWC")
        )
        images = jax.nn.relu(images)
    return images.mean((1, 2)) @ kernels[-1]


def loss(kernels, images, labels):
    return -jnp.take_along_axis(jax.nn.log_softmax(scores(kernels, images)), labels[:, None], 1).mean()


@partial(jax.jit, donate_argnums=(0, 1))
def step(kernels, momenta, images, labels, rate):
    value, gradients = jax.value_and_grad(loss)(kernels, images, labels)
    momenta = jax.tree.map(lambda momentum, gradient: 0.9 * momentum + gradient, momenta, gradients)
    return jax.tree.map(lambda kernel, momentum: kernel - rate * momentum, kernels, momenta), momenta, value


@jax.jit
def count_right(kernels, images, labels):
    return (scores(kernels, images).argmax(1) == labels).sum()


def save(file, kernels, momenta, loader):
    """Gives the file its name when it is complete, so that whoever is killed here leaves the earlier checkpoint."""
    with open(f"{file}.new", "wb") as stream:
        np.savez(stream, *kernels, *momenta, loader=json.dumps(loader.state_dict()))
        stream.flush()
        os.fsync(stream.fileno())
    os.replace(f"{file}.new", file)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "data", nargs="?", help="a directory or an archive; without it, what cifar-pipe finds by itself"
    )
    parser.add_argument("--synthetic", action="store_true", help="train on generated records")
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--batch-size", type=int, default=128)
    parser.add_argument("--learning-rate", type=float, default=0.05, help="the largest of the training")
    parser.add_argument("--width", type=int, default=16, help="channels of the first layer")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", help="threads of the loader; they change no loss")
    parser.add_argument(
        "--checkpoint", metavar="FILE", help="go on from this file where it exists, and keep it up to date"
    )
    parser.add_argument("--checkpoint-every", type=int, default=100, metavar="STEPS")
    parser.add_argument("--losses", metavar="FILE", help="write the exact loss of each step")
    options = parser.parse_args()

    # Channels last is how JAX convolves on a CPU.
    common = {"data": options.data, "synthetic": options.synthetic, "layout": "nhwc", "threads": options.threads}
    train = cifar_pipe.jax.Loader(
        **common,
        preset="torch",
        batch_size=options.batch_size,
        drop_remainder=True,
        epochs=options.epochs,
        seed=options.seed,
    )
    kernels = initial(options.seed, options.width)
    momenta = jax.tree.map(jnp.zeros_like, kernels)
    if options.checkpoint and os.path.exists(options.checkpoint):
        with np.load(options.checkpoint) as checkpoint:
            train.load_state_dict(json.loads(str(checkpoint["loader"])))
            state = [jnp.array(checkpoint[f"arr_{i}"]) for i in range(2 * len(kernels))]
            kernels, momenta = state[: len(kernels)], state[len(kernels) :]
    losses = open(options.losses, "w", buffering=1) if options.losses else None

    all_batches = options.epochs * len(train)
    for epoch in train.epochs():
        for batch in epoch:
            # Up in the first tenth, then down to zero; by the number of the batch alone, so that no state is needed.
            progress = (batch.number + 1) / (all_batches + 1)
            rate = options.learning_rate * min(progress / 0.1, (1 - progress) / 0.9)
            kernels, momenta, value = step(kernels, momenta, *batch, rate)
            if losses:
                print(batch.number, float(value).hex(), file=losses)
            # The state of the loader is that of the batch in hand, however far it has read ahead.
            if options.checkpoint and (batch.index + 1) % options.checkpoint_every == 0:
                save(options.checkpoint, kernels, momenta, train)
        right = count = 0
        with cifar_pipe.jax.Loader(
            **common, split="test", preset="torch-eval", no_shuffle=True, batch_size=500, epochs=1
        ) as test:
            for images, labels in test:
                right += int(count_right(kernels, images, labels))
                count += len(labels)
        print(f"epoch {epoch.index + 1}: test accuracy {right / count:.4f}", flush=True)
        if options.checkpoint:
            save(options.checkpoint, kernels, momenta, train)


if __name__ == "__main__":
    main()
