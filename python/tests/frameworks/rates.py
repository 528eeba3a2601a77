"""Measures what a program receives against `cifar-pipe bench`, in turn: only figures of the same minutes compare.

python rates.py numpy torch [--rounds N] [--client SLOTS] [--data DIR]
"""

from __future__ import annotations

import argparse
import collections
import json
import statistics
import subprocess
import time
from typing import Any

from cifar_pipe._binary import find

EPOCHS = 10
# Threads and batches: with two of two processors the program shares one of them with the workers.
SIZES = ((1, 128), (2, 128), (2, 512))
PRESETS = ("raw", "eval", "distort", "torch")


def loader_class(framework: str) -> Any:
    if framework == "torch":
        from cifar_pipe.torch import Loader
    elif framework == "jax":
        from cifar_pipe.jax import Loader  # type: ignore[assignment]
    else:
        from cifar_pipe import Loader  # type: ignore[assignment]
    return Loader


def bench(words: list[str]) -> float:
    command = [find(), "bench", *words, f"--epochs={EPOCHS}", "--runs=1", "--warmup=1", "--json"]
    result = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)["results"][0]
    return float(result["images_per_s"]["median"])


def receive(loader: Any, words: dict[str, Any]) -> float:
    """Images a second of epochs after the first, which warms up as a run of bench does."""
    count, began = 0, 0.0
    with loader(**words, epochs=EPOCHS + 1) as batches:
        for epoch in batches.epochs():
            if epoch.index == 1:
                began = time.perf_counter()
            for _, labels in epoch:
                if began:
                    count += len(labels)
    return count / (time.perf_counter() - began)


def client(path: str, words: list[str]) -> float:
    command = [path, *words, f"--epochs={EPOCHS + 1}"]
    line = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    return float(line[line.index("images_per_s") + 1])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("frameworks", nargs="+", choices=("numpy", "torch", "jax"))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--client", help="the compiled examples/slots.c, to be measured as well")
    parser.add_argument("--data")
    options = parser.parse_args()
    loaders = {framework: loader_class(framework) for framework in options.frameworks}

    print("| consumer | preset | threads | batch | bench, images/s | received | ratio |\n|---|---|---|---|---|---|---|")
    for threads, size in SIZES:
        for preset in PRESETS:
            words: dict[str, Any] = {"preset": preset, "threads": threads, "batch_size": size, "seed": 1}
            words.update({"data": options.data} if options.data else {"synthetic": True})
            flags = [
                f"--{key.replace('_', '-')}" + ("" if value is True else f"={value}") for key, value in words.items()
            ]
            figures: dict[str, list[float]] = collections.defaultdict(list)
            for _ in range(options.rounds):
                figures["bench"].append(bench(flags))
                for framework, loader in loaders.items():
                    figures[framework].append(receive(loader, words))
                if options.client:
                    figures["C"].append(client(options.client, flags))
            whole = statistics.median(figures.pop("bench"))
            for consumer, rates in figures.items():
                rate = statistics.median(rates)
                print(
                    f"| {consumer} | {preset} | {threads} | {size} | {whole:.0f} | {rate:.0f} | {rate / whole:.2f} |",
                    flush=True,
                )


if __name__ == "__main__":
    main()
