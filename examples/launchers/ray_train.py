"""Trains with Ray Train; a worker that fails is started again, and all go on from the last checkpoint.

python ray_train.py --workers 2 --synthetic                 on this machine, nothing to download
python ray_train.py --workers 16 /shared/cifar-10-batches-bin --storage /shared/results
"""

import argparse
import os
import tempfile

import ray.train
import ray.train.torch
import torch
from torch import nn
from torch.nn import functional

import cifar_pipe.torch


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", nargs="?", help="a directory or an archive, as all workers see it")
    parser.add_argument("--synthetic", action="store_true", help="train on generated records")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--batch-size", type=int, default=128, help="examples in a batch of each worker")
    parser.add_argument("--threads", type=int, default=1, help="threads of each loader; they change no loss")
    parser.add_argument("--storage", help="where checkpoints go, on several machines a place that all of them have")
    return parser.parse_args()


def train(options):
    """What each worker does."""
    context = ray.train.get_context()
    rank, workers = context.get_world_rank(), context.get_world_size()
    torch.manual_seed(1)
    model = nn.Sequential(
        nn.Conv2d(3, 32, 4, 2, 1),
        nn.ReLU(),
        nn.Conv2d(32, 64, 3, 2, 1),
        nn.ReLU(),
        nn.AdaptiveMaxPool2d(1),
        nn.Flatten(),
        nn.Linear(64, 10),
    )
    optimizer = torch.optim.SGD(model.parameters(), 0.05, 0.9)
    loader = cifar_pipe.torch.Loader(
        options["data"],
        synthetic=options["synthetic"],
        preset="torch",
        batch_size=options["batch_size"],
        drop_remainder=True,
        epochs=options["epochs"],
        # The same in all workers: each takes its share of one order.
        seed=1,
        threads=options["threads"],
        # For workers of PyTorch, Ray sets RANK and WORLD_SIZE, which the loader finds by itself. Said here, it holds
        # for Ray's other trainers as well, and inside a job of a batch system, whose variables count other processes.
        shard=f"{rank}/{workers}",
    )

    checkpoint = ray.train.get_checkpoint()
    if checkpoint:
        with checkpoint.as_directory() as directory:
            state = torch.load(os.path.join(directory, "state.pt"))
        model.load_state_dict(state["model"])
        optimizer.load_state_dict(state["optimizer"])
        # Of the end of an epoch, where any number of workers can go on.
        loader.load_state_dict(state["loader"])
    replica = ray.train.torch.prepare_model(model)

    for epoch in loader.epochs():
        steps, total = 0, 0.0
        for images, labels in epoch:
            loss = functional.cross_entropy(replica(images), labels)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            steps += 1
            total += loss.item()
        with tempfile.TemporaryDirectory() as directory:
            report = {"epoch": epoch.index + 1, "steps": steps, "loss": total / max(1, steps)}
            if rank == 0:
                print(report, flush=True)
                state = {
                    "model": model.state_dict(),
                    "optimizer": optimizer.state_dict(),
                    "loader": loader.state_dict(),
                }
                torch.save(state, os.path.join(directory, "state.pt"))
                ray.train.report(report, checkpoint=ray.train.Checkpoint.from_directory(directory))
            else:
                ray.train.report(report)


def main():
    options = parse_arguments()
    trainer = ray.train.torch.TorchTrainer(
        train,
        train_loop_config=vars(options),
        scaling_config=ray.train.ScalingConfig(num_workers=options.workers),
        run_config=ray.train.RunConfig(
            storage_path=options.storage, failure_config=ray.train.FailureConfig(max_failures=3)
        ),
    )
    print(trainer.fit().metrics)


if __name__ == "__main__":
    main()
