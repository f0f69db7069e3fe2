"""What a baseline is."""

from collections.abc import Sequence
from typing import Any, Literal, Protocol, runtime_checkable

import numpy as np
import torch
from jaxtyping import Float32

from umeta.tasks import FewShotClassifier, TaskConfig


@runtime_checkable
class Baseline(Protocol):
    """A method without meta-training, fitted on the support of each task."""

    @property
    def name(self) -> str:
        """The registered name."""
        ...

    @property
    def label(self) -> str:
        """The name in results: the registered one, and what of its options a reader must know."""
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


@runtime_checkable
class FitsMetaTrain(Protocol):
    """A baseline that also learns something from all of meta_train, once, before its `classifier` is asked for."""

    def fit(self, meta_train: Float32[np.ndarray, "n_items dim"], *, rng: np.random.Generator) -> Baseline:
        """Return a copy that knows what it needs of the embeddings of meta_train, which come without labels."""
        ...


@runtime_checkable
class ChosenOnMetaVal(Protocol):
    """A baseline with an option that may be left to the run, which tries the candidates on tasks of meta_val."""

    def candidates(self, shape: TaskConfig) -> Sequence[Baseline]:
        """Return what to choose from for tasks of a shape, what wins a tie first; itself if nothing is open."""
        ...
