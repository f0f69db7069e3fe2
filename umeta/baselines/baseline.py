"""What a baseline is."""

from abc import abstractmethod
from collections.abc import Sequence
from typing import ClassVar, Literal

import numpy as np
import torch
from jaxtyping import Float32

from umeta.cache import Arrays
from umeta.stage import Method
from umeta.tasks import FewShotClassifier, TaskConfig


class Baseline(Method):
    """A method without meta-training, fitted on the support of each task."""

    trains: ClassVar[bool] = False
    works_on: ClassVar[Literal["embeddings", "images"]] = "embeddings"
    """What its items are."""
    batch_norm: ClassVar[str | None] = None
    """The batch-norm mode of its network, None where it has none."""

    @property
    def label(self) -> str:
        """The name in results: the registered one, and what of its options a reader must know."""
        return self.name

    @property
    def test_gradient_steps(self) -> int | None:
        """Gradient steps on the images of each test task; None for a baseline that takes none."""
        return None

    @property
    def reads_query_labels(self) -> bool:
        """Whether it looks at the true classes of the queries that it is judged on, as the paper's MLP does."""
        return False

    @property
    def sees_queries_together(self) -> bool:
        """Whether its answer to a query depends on the other queries of the task, without any label of theirs."""
        return False

    def candidates(self, shape: TaskConfig) -> "Sequence[Baseline]":
        """Return what a run chooses from on tasks of meta_val of a shape, what wins a tie first.

        It is the baseline itself unless an option is left open.
        """
        return [self]

    def fit(self, meta_train: Float32[np.ndarray, "n_items dim"], *, rng: np.random.Generator) -> Arrays:
        """Learn from the embeddings of meta_train, which come without labels, and return the state.

        It is done once, before tasks are solved. Most baselines learn nothing, and their state is empty.
        """
        return {}

    @abstractmethod
    def classifier(
        self,
        state: Arrays,
        item_shape: tuple[int, ...],
        n_way: int,
        *,
        generator: torch.Generator,
        device: torch.device,
    ) -> FewShotClassifier:
        """Return the baseline as a solver of tasks over items of `item_shape`.

        Args:
            state: what `fit` returned.
            item_shape: `(dim,)` of embeddings, or `(channels, height, width)` of images.
            n_way: the classes of each task.
            generator: draws the seed of whatever the solver draws.
            device: where it works.
        """
