"""Trains a small network on CIFAR-10 with PyTorch. What was interrupted goes on from its checkpoint, bit for bit.

python train_torch.py --synthetic                          generated records, nothing to download
python train_torch.py ~/cifar-10-batches-bin --epochs 20 --checkpoint checkpoint.pt
torchrun --nproc-per-node 2 train_torch.py --synthetic     each process gets its batches of the one global order
"""

import argparse
import os
import time

import torch
import torch.distributed as dist
from torch import nn
from torch.nn import functional

import cifar_pipe.torch

CLASSES = 10


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "data", nargs="?", help="a directory or an archive; without it, what cifar-pipe finds by itself"
    )
    parser.add_argument("--synthetic", action="store_true", help="train on generated records")
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--batch-size", type=int, default=128, help="examples in a batch of each process")
    parser.add_argument("--learning-rate", type=float, default=0.05, help="the largest of the training")
    parser.add_argument("--width", type=int, default=16, help="channels of the first layer")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", help="threads of the loader; they change no loss")
    parser.add_argument(
        "--checkpoint", metavar="FILE", help="go on from this file where it exists, and keep it up to date"
    )
    parser.add_argument("--checkpoint-every", type=int, default=100, metavar="STEPS")
    parser.add_argument(
        "--losses", metavar="FILE", help="write the exact loss of each step; to FILE.RANK under torchrun"
    )
    return parser.parse_args()


def network(width):
    def layers(inputs, outputs, kernel=3, stride=1):
        convolution = nn.Conv2d(inputs, outputs, kernel, stride, padding=1, bias=False)
        return convolution, nn.BatchNorm2d(outputs), nn.ReLU()

    return nn.Sequential(
        *layers(3, width, kernel=4, stride=2),
        *layers(width, 2 * width),
        nn.MaxPool2d(2),
        *layers(2 * width, 4 * width),
        nn.MaxPool2d(2),
        nn.AdaptiveMaxPool2d(1),
        nn.Flatten(),
        nn.Linear(4 * width, CLASSES),
    )


def save(file, model, optimizer, loader):
    """Gives the file its name when it is complete, so that whoever is killed here leaves the earlier checkpoint."""
    state = {"model": model.state_dict(), "optimizer": optimizer.state_dict(), "loader": loader.state_dict()}
    with open(f"{file}.new", "wb") as stream:
        torch.save(state, stream)
        stream.flush()
        os.fsync(stream.fileno())
    os.replace(f"{file}.new", file)


@torch.no_grad()
def accuracy(model, source):
    """The share of the test set that the model gets right. The test set is whole in each process."""
    model.eval()
    right = count = 0
    with cifar_pipe.torch.Loader(
        **source, split="test", preset="torch-eval", no_shuffle=True, batch_size=500, epochs=1, channels_last=True
    ) as test:
        for images, labels in test:
            right += (model(images).argmax(1) == labels).sum().item()
            count += len(labels)
    model.train()
    return right / count


def main():
    options = parse_arguments()
    source = {"data": options.data, "synthetic": options.synthetic}
    rank, ranks = int(os.environ.get("RANK", 0)), int(os.environ.get("WORLD_SIZE", 1))
    if ranks > 1:
        dist.init_process_group("gloo")
    torch.manual_seed(options.seed)
    torch.use_deterministic_algorithms(True)
    model = network(options.width).to(memory_format=torch.channels_last)
    optimizer = torch.optim.SGD(model.parameters(), options.learning_rate, 0.9, weight_decay=5e-4, nesterov=True)
    train = cifar_pipe.torch.Loader(
        **source,
        preset="torch",
        channels_last=True,
        batch_size=options.batch_size,
        drop_remainder=True,
        epochs=options.epochs,
        seed=options.seed,
        threads=options.threads,
    )
    writes_checkpoints = options.checkpoint and rank == 0
    if options.checkpoint and os.path.exists(options.checkpoint):
        checkpoint = torch.load(options.checkpoint)
        model.load_state_dict(checkpoint["model"])
        optimizer.load_state_dict(checkpoint["optimizer"])
        train.load_state_dict(checkpoint["loader"])
    replica = nn.parallel.DistributedDataParallel(model) if ranks > 1 else model
    losses = None
    if options.losses:
        losses = open(f"{options.losses}.{rank}" if ranks > 1 else options.losses, "w", buffering=1)

    # Over all processes, as are the numbers of batches.
    all_batches = options.epochs * len(train) * ranks
    for epoch in train.epochs():
        waited, steps, total = 0.0, 0, 0.0
        began = waiting = time.perf_counter()
        for batch in epoch:
            waited += time.perf_counter() - waiting
            images, labels = batch
            # Up in the first tenth, then down to zero; by the number of the batch alone, so that no state is needed.
            # The number of the first process's, since replicas with other rates would drift apart.
            progress = min(1, (batch.number - rank + 1) / (all_batches + 1))
            optimizer.param_groups[0]["lr"] = options.learning_rate * min(progress / 0.1, (1 - progress) / 0.9)
            loss = functional.cross_entropy(replica(images), labels)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            steps += 1
            total += loss.item()
            if losses:
                print(batch.number, loss.item().hex(), file=losses)
            # The state of the loader is that of the batch in hand, however far it has read ahead.
            if writes_checkpoints and (batch.index // ranks + 1) % options.checkpoint_every == 0:
                save(options.checkpoint, model, optimizer, train)
            waiting = time.perf_counter()
        test_accuracy = accuracy(model, source)
        # Here, where an epoch has ended, any number of processes can go on.
        if writes_checkpoints:
            save(options.checkpoint, model, optimizer, train)
        if rank == 0:
            print(
                f"epoch {epoch.index + 1}: {steps} steps in {waiting - began:.2f} s, of which {waited:.2f} s waiting "
                f"for batches; loss {total / max(1, steps):.4f}, test accuracy {test_accuracy:.4f}",
                flush=True,
            )
    if ranks > 1:
        dist.destroy_process_group()


if __name__ == "__main__":
    main()
