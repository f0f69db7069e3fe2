"""What a learner is."""

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import torch
from jaxtyping import UInt8
from pydantic import Field
from torch import Tensor

from umeta.stage import Method
from umeta.tasks import FewShotClassifier

if TYPE_CHECKING:
    from umeta.learners.recorded_update import RecordedUpdate


@dataclass
class LearnerState:
    """What changes during meta-training: weights and running statistics by name, the optimiser, and the step count."""

    weights: dict[str, Tensor]
    """Leaf tensors that require a gradient; the optimiser holds the same tensors."""
    statistics: dict[str, Tensor]
    """Running means and variances of the batch norms."""
    optimizer: torch.optim.Optimizer
    step: int = 0
    recorded: "RecordedUpdate | None" = None
    """On CUDA, the kernels of an update, to be launched again at once."""
    tasks_at_once: int | None = None
    """How many tasks of a step are worked on at a time at most, once memory did not hold as many as are fastest."""


class Learner(Method):
    """A meta-learning algorithm: frozen options and the functions that train and use its state."""

    code_version: ClassVar[int] = 3
    has_head: ClassVar[bool] = False
    """Whether the network has one output per training class, so that it cannot be tested with more ways."""
    task_defaults: ClassVar[Mapping[str, int]] = {}
    """The shape of the training task where the run's config does not give it."""

    iterations: int = Field(ge=1)
    """Training steps in all."""
    tasks_per_step: int = Field(default=1, ge=1)
    """Tasks in the meta-batch of one step."""

    @property
    def label(self) -> str:
        """The name in results, e.g. `MAML` in `CACTUs-MAML`."""
        return self.name

    @property
    def train_gradient_steps(self) -> int | None:
        """Gradient steps on the support of each training task; None for a learner that takes none."""
        return None

    @property
    def test_gradient_steps(self) -> int | None:
        """Gradient steps on the support of each test task; None for a learner that takes none."""
        return None

    @property
    def test_batch_norms(self) -> tuple[str | None, ...]:
        """The batch-norm modes in which the trained learner is judged, its own first; (None,) without batch norm."""
        return ("running",)

    @abstractmethod
    def init(
        self,
        item_shape: tuple[int, int, int],
        n_way: int,
        *,
        generator: torch.Generator,
        device: torch.device,
    ) -> LearnerState:
        """Return fresh weights for images of `(channels, height, width)` and training tasks of n_way classes."""

    @abstractmethod
    def step(
        self,
        state: LearnerState,
        support: UInt8[Tensor, "n_tasks n_way n_shot channels height width"],
        query: UInt8[Tensor, "n_tasks n_way n_query channels height width"],
    ) -> Mapping[str, float]:
        """Train on one meta-batch, changing `state`; return `loss` and `accuracy` on the queries."""

    @abstractmethod
    def classifier(self, state: LearnerState, *, batch_norm: str | None) -> FewShotClassifier:
        """Return the trained learner as a solver of tasks of any way and shot, in one batch-norm mode."""
