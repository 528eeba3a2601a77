"""Takes one epoch from where the last process left off, alone or under torchrun; `check` compares all that was taken.

python ranks.py take DATA DIRECTORY
torchrun --nproc-per-node 2 ranks.py take DATA DIRECTORY
python ranks.py take DATA DIRECTORY
python ranks.py check DATA DIRECTORY
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import sys
from pathlib import Path
from typing import Any

from cifar_pipe.torch import Loader

EPOCHS = 3
OPTIONS: dict[str, Any] = {"preset": "torch", "batch_size": 32, "epochs": EPOCHS, "seed": 11, "min_after_dequeue": 500}

Digests = list[tuple[int, str]]


def digest(batch: Any) -> str:
    images, labels = batch
    return hashlib.sha256(images.numpy().tobytes() + labels.numpy().tobytes()).hexdigest()


def place(state: dict[str, Any]) -> tuple[str, int, int]:
    """The position of a state; its token says besides of which process it is."""
    position = re.search("@next=([0-9]+)@", state["token"])
    assert position, f"the token has no position: {state['token']}"
    return position[1], state["epoch"], state["batch"]


def take(data: str, directory: Path) -> None:
    rank, ranks = int(os.environ.get("RANK", 0)), int(os.environ.get("WORLD_SIZE", 1))
    # As many epochs as there are states, so that all processes find the same one.
    phase = len(list(directory.glob("state-*")))
    if ranks > 1:
        import torch.distributed as dist

        dist.init_process_group("gloo")
    with Loader(data, **OPTIONS) as train:
        if phase > 0:
            train.load_state_dict(json.loads((directory / f"state-{phase - 1}").read_text()))
        train_digests = [(batch.number, digest(batch)) for batch in next(train.epochs())]
        state = train.state_dict()
    with Loader(data, split="test", preset="torch-eval", no_shuffle=True, epochs=1) as test:
        test_digests = [(batch.number, digest(batch)) for batch in test]
    found = {"rank": rank, "ranks": ranks, "train": train_digests, "test": test_digests, "state": state}
    (directory / f"taken-{phase}-{rank}").write_text(json.dumps(found))
    if ranks > 1:
        dist.barrier()
        dist.destroy_process_group()
    if rank == 0:
        (directory / f"state-{phase}").write_text(json.dumps(state))


def check(data: str, directory: Path) -> None:
    with Loader(data, shard="none", **OPTIONS) as train:
        length = len(train)
        expected: Digests = [(batch.number, digest(batch)) for batch in train.batches()]
    with Loader(data, split="test", preset="torch-eval", no_shuffle=True, epochs=1) as test:
        expected_test: Digests = [(batch.number, digest(batch)) for batch in test]
    summary = []
    for phase in range(EPOCHS):
        found = [json.loads(file.read_text()) for file in sorted(directory.glob(f"taken-{phase}-*"))]
        ranks = found[0]["ranks"]
        assert [part["rank"] for part in found] == list(range(ranks)), f"epoch {phase}: not every process is here"
        for part in found:
            assert part["test"] == [list(pair) for pair in expected_test], (
                f"the test set of rank {part['rank']} differs"
            )
            assert place(part["state"]) == place(found[0]["state"]), (
                f"epoch {phase}: the processes end in different places"
            )
            numbers = [number - phase * length for number, _ in part["train"]]
            wanted = list(range(part["rank"], length - length % ranks, ranks))
            assert numbers == wanted, f"epoch {phase}, rank {part['rank']}: {numbers} (expected {wanted})"
        together = sorted(tuple(pair) for part in found for pair in part["train"])
        # So that no process waits for another, what does not divide is left out.
        whole = expected[phase * length : (phase + 1) * length - length % ranks]
        assert together == whole, f"epoch {phase}: the batches of all processes are not those of one"
        summary.append(f"{ranks} ({len(together)})")
    print(f"ranks {' -> '.join(summary)}: each batch once, the test set whole in each process")


def main() -> int:
    command, data, directory = sys.argv[1:]
    try:
        {"take": take, "check": check}[command](data, Path(directory))
    except AssertionError as error:
        print(f"ranks: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
