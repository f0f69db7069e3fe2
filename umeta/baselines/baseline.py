"""What a baseline is."""

from typing import Any, Literal, Protocol, runtime_checkable

import torch

from umeta.tasks import FewShotClassifier


@runtime_checkable
class Baseline(Protocol):
    """A method without meta-training, fitted on the support of each task."""

    @property
    def name(self) -> str:
        """The registered name, which is also its name in results."""
        ...

    @property
    def works_on(self) -> Literal["embeddings", "images"]:
        """What its items are."""
        ...

    @property
    def batch_norm(self) -> str | None:
        """The batch-norm mode of its network, None where it has none."""
        ...

    def made_from(self) -> dict[str, Any]:
        """Return what identifies the method: options and code version."""
        ...

    def classifier(
        self, item_shape: tuple[int, ...], n_way: int, *, generator: torch.Generator, device: torch.device
    ) -> FewShotClassifier:
        """Return the baseline as a solver of tasks over items of `item_shape`."""
        ...
