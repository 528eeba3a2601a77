"""Runs a command in each of N workers of Ray Train for PyTorch, with the environment that Ray gives them.

python ray_workers.py N COMMAND
"""

import subprocess
import sys

import ray
import ray.train
import ray.train.torch


def main() -> None:
    workers, command = int(sys.argv[1]), sys.argv[2:]
    # This machine has as many as are asked for.
    ray.init(num_cpus=workers + 1, include_dashboard=False, log_to_driver=True)

    def run() -> None:
        subprocess.run(command, check=True)

    scaling = ray.train.ScalingConfig(num_workers=workers)
    ray.train.torch.TorchTrainer(run, scaling_config=scaling).fit()


if __name__ == "__main__":
    main()
