"""What a learner is."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import torch
from jaxtyping import UInt8
from torch import Tensor

from umeta.tasks import FewShotClassifier


@dataclass
class LearnerState:
    """What changes during meta-training: weights and running statistics by name, the optimiser, and the step count."""

    weights: dict[str, Tensor]
    """Leaf tensors that require a gradient; the optimiser holds the same tensors."""
    statistics: dict[str, Tensor]
    """Running means and variances of the batch norms."""
    optimizer: torch.optim.Optimizer
    step: int = 0


@runtime_checkable
class Learner(Protocol):
    """A meta-learning algorithm: frozen options and the functions that train and use its state."""

    @property
    def name(self) -> str:
        """The registered name."""
        ...

    @property
    def label(self) -> str:
        """The name in results, e.g. `MAML` in `CACTUs-MAML`."""
        ...

    @property
    def iterations(self) -> int:
        """Training steps in all."""
        ...

    @property
    def tasks_per_step(self) -> int:
        """Tasks in the meta-batch of one step."""
        ...

    @property
    def has_head(self) -> bool:
        """Whether the network has one output per training class, so that it cannot be tested with more ways."""
        ...

    @property
    def task_defaults(self) -> Mapping[str, int]:
        """The shape of the training task where the run's config does not give it."""
        ...

    @property
    def test_batch_norms(self) -> tuple[str, ...]:
        """The batch-norm modes in which the trained learner is judged, its own first."""
        ...

    def init(
        self,
        item_shape: tuple[int, int, int],
        n_way: int,
        *,
        generator: torch.Generator,
        device: torch.device,
    ) -> LearnerState:
        """Return fresh weights for images of `(channels, height, width)` and training tasks of n_way classes."""
        ...

    def step(
        self,
        state: LearnerState,
        support: UInt8[Tensor, "n_tasks n_way n_shot channels height width"],
        query: UInt8[Tensor, "n_tasks n_way n_query channels height width"],
    ) -> Mapping[str, float]:
        """Train on one meta-batch, changing `state`; return `loss` and `accuracy` on the queries."""
        ...

    def classifier(self, state: LearnerState, *, batch_norm: str) -> FewShotClassifier:
        """Return the trained learner as a solver of tasks of any way and shot, in one batch-norm mode."""
        ...
