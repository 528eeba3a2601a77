"""`Loader` for JAX: batches as `jax.Array`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import jax

from . import loader as _loader
from ._run import Batch

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ._options import Options, Text
    from ._run import Array


class Loader(_loader.Loader):
    """Batches as arrays of JAX, on `device` or the default one; see `cifar_pipe.Loader`.

    `device` is what `jax.device_put` takes, a sharding too. Labels are `(n,)` where an example has one. On the CPU
    JAX may look at the images in the slot instead of copying them; its array holds the slot then, as a view does.
    """

    def __init__(
        self,
        data: Text = None,
        *,
        device: Any = None,
        copy: bool = False,
        verbose: bool = False,
        **options: Unpack[Options],
    ) -> None:
        self._device = device
        super().__init__(data, copy=copy, verbose=verbose, **options)

    def _convert(self, images: Array, labels: Array) -> tuple[Any, Any]:
        if labels.shape[1:] == (1,):
            labels = labels[:, 0]
        return jax.device_put((images, labels), self._device)  # type: ignore[no-any-return]


def _flatten(batch: Batch) -> tuple[tuple[Any, Any], Any]:
    return (batch.images, batch.labels), None


# A function of JAX takes a batch as it is, and gives one back without its place in the run.
jax.tree_util.register_pytree_node(Batch, _flatten, lambda _, parts: Batch(*parts))
