"""What it is to solve a task."""

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from jaxtyping import Float, Shaped
from torch import Tensor


@runtime_checkable
class FewShotClassifier(Protocol):
    """Solves tasks, many at once: baselines and trained learners all are one.

    An item is whatever the method works on, an image (uint8) or an embedding; the evaluation never asks which.
    """

    def embed(self, items: Shaped[Tensor, "n_items ..."]) -> Shaped[Tensor, "n_items ..."]:
        """Do the part of the work that depends on one item alone; it is done once per distinct item.

        A method whose treatment of an item depends on the rest of the task returns the items unchanged.
        """
        ...

    def scores(
        self,
        support: Shaped[Tensor, "n_tasks n_way n_shot ..."],
        queries: Shaped[Tensor, "n_tasks n_queries ..."],
    ) -> Float[Tensor, "n_tasks n_queries n_way"]:
        """Score each query of each task against the task's classes, from what `embed` returned; highest wins."""
        ...


@runtime_checkable
class ManyModes(Protocol):
    """A classifier that is judged in several batch-norm modes, and does the work that they share once."""

    def scores_in(
        self,
        modes: Sequence[str | None],
        support: Shaped[Tensor, "n_tasks n_way n_shot ..."],
        queries: Shaped[Tensor, "n_tasks n_queries ..."],
    ) -> list[Float[Tensor, "n_tasks n_queries n_way"]]:
        """Return the scores of each mode."""
        ...
