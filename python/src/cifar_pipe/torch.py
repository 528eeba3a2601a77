"""`Loader` for PyTorch: tensors that look at the same memory."""

from __future__ import annotations

import collections
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from . import loader as _loader
from .errors import Error

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ._options import Options, Text
    from ._run import Array, Run
    from ._state import Point


class Loader(_loader.Loader):
    """Batches as tensors, without a copy on the CPU; see `cifar_pipe.Loader`.

    Labels are int64 `(n,)`, as the losses of PyTorch want them, unless `label_dtype` says otherwise.

    With `channels_last` the tool writes the images in the order height, width, channel, and the tensors have the axes
    `(n, channel, height, width)` in PyTorch's channels_last memory format, also without a copy.

    With `device` the batches are copied there. For a CUDA device the slots are pinned memory and the copies are
    asynchronous on the current stream; a slot goes back when its copy is done. This was not tested on a GPU by us.
    """

    def __init__(
        self,
        data: Text = None,
        *,
        device: torch.device | str | int | None = None,
        channels_last: bool = False,
        copy: bool = False,
        verbose: bool = False,
        **options: Unpack[Options],
    ) -> None:
        if options.get("label_dtype") is None:
            options["label_dtype"] = "int64"
        if channels_last:
            if options.get("layout") not in (None, "nhwc"):
                raise ValueError(f"channels_last needs layout 'nhwc' (found {options['layout']!r})")
            options["layout"] = "nhwc"
        self._channels_last = channels_last
        self._device = None if device is None else torch.device(device)
        self._copies = _Copies() if self._device is not None and self._device.type == "cuda" else None
        self._bfloat16 = np.dtype(np.int16)
        self._views_bfloat16 = False
        # What goes to another memory is a copy in any case.
        super().__init__(data, copy=copy and self._device is None, verbose=verbose, **options)

    def _begin(self, run: Run, point: Point | None) -> None:
        super()._begin(run, point)
        self._views_bfloat16 = run.header.image_type == "bfloat16"
        if self._copies is not None:
            self._copies.pin(run)

    def _convert(self, images: Array, labels: Array) -> tuple[torch.Tensor, torch.Tensor]:
        tensor = torch.from_numpy(images)
        if self._views_bfloat16:
            tensor = tensor.view(torch.bfloat16)
        if self._channels_last:
            tensor = tensor.permute(0, 3, 1, 2)
        if self._device is None:
            return tensor, torch.from_numpy(labels)
        if self._copies is None:
            # `copy`: where the device is the CPU, `to` alone would hand out the same tensor.
            return tensor.to(self._device, copy=True), torch.from_numpy(labels).to(self._device)
        # CUDA has taken labels over, which are no pinned memory, when the call returns.
        return self._copies.start(tensor, images, self._device), torch.from_numpy(labels).to(
            self._device, non_blocking=True
        )


# Parts of it have no types.
_CUDA: Any = torch.cuda
# cudaHostRegisterPortable: pinned for all devices.
_PORTABLE = 1


class _Copies:
    """Copies to a CUDA device that are under way, and the images that they read."""

    def __init__(self) -> None:
        self._under_way: collections.deque[tuple[Any, Array]] = collections.deque()

    def pin(self, run: Run) -> None:
        """Registers the slots of a run as pinned memory, until the run ends."""
        runtime = _CUDA.cudart()
        address = np.frombuffer(run.memory, np.uint8).ctypes.data
        code = int(runtime.cudaHostRegister(address, run.header.total_size, _PORTABLE))
        if code != 0:
            raise Error(f"slots: cannot be made pinned memory: CUDA error {code}")

        def unpin() -> None:
            self.finish()
            runtime.cudaHostUnregister(address)

        run.before_end.append(unpin)

    def start(self, tensor: torch.Tensor, images: Array, device: torch.device) -> torch.Tensor:
        """Starts a copy; holds the images, and so their slot, until it is done."""
        copied = tensor.to(device, non_blocking=True)
        done = _CUDA.Event()
        done.record(_CUDA.current_stream(device))
        self._under_way.append((done, images))
        while self._under_way and self._under_way[0][0].query():
            self._under_way.popleft()
        return copied

    def finish(self) -> None:
        """Waits for all copies."""
        while self._under_way:
            self._under_way[0][0].synchronize()
            self._under_way.popleft()
