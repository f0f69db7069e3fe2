"""Multinomial logistic regression on each task's support, all tasks of a chunk at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

import torch
from jaxtyping import Float
from pydantic import Field
from torch import Tensor

from umeta.baselines.auto_option import AUTO, not_chosen
from umeta.baselines.baseline import Baseline
from umeta.baselines.newton import newton_scores
from umeta.baselines.quasi_newton import quick_scores
from umeta.cache import Arrays
from umeta.tasks import TaskConfig

CANDIDATES = (1.0, 0.1, 10.0, 0.01, 100.0, 0.001)  # the paper's first, so that it wins ties
MOST_POINTS = 1000  # in a task, of which the square is a matrix
QUICK_SPREADS = (0.3, 40.0)
"""C × the mean squared distance from the centre of a task, between which single precision is sure of most tasks."""


class Linear(Baseline):
    """Multinomial logistic regression with an L2 penalty and an intercept that is not penalised.

    It minimises C × the summed cross-entropy of the support + ½ ‖weights‖², the objective of scikit-learn's
    LogisticRegression (at two ways too, where that class switches to one sigmoid). Single precision is enough to say
    which class of the minimum is a query's highest, but where two come close; such tasks are solved by Newton's method
    in double precision.
    """

    name: Literal["linear"] = "linear"
    C: Annotated[float | None, AUTO] = Field(default=1.0, gt=0, allow_inf_nan=False)
    """Inverse strength of the penalty; None for a choice on meta_val in each shape of tasks."""

    @property
    def label(self) -> str:
        """The name in results, which says C unless it is the paper's 1."""
        return self.name + ("" if self.C == 1 else "-tuned" if self.C is None else f"-C{self.C:g}")

    def candidates(self, shape: TaskConfig) -> "Sequence[Linear]":
        """Return powers of ten."""
        return [self] if self.C is not None else [self.model_copy(update={"C": C}) for C in CANDIDATES]

    def classifier(
        self,
        state: Arrays,
        item_shape: tuple[int, ...],
        n_way: int,
        *,
        generator: torch.Generator,
        device: torch.device,
    ) -> "LinearClassifier":
        """Return the solver; there is nothing to set up."""
        if self.C is None:
            raise not_chosen(self.name, "C", 1)
        return LinearClassifier(self.C)


@dataclass(frozen=True)
class LinearClassifier:
    """Fits a logistic regression per task."""

    C: float

    def embed(self, items: Float[Tensor, "n_items dim"]) -> Float[Tensor, "n_items dim"]:
        """Return the embeddings."""
        return items

    def scores(
        self,
        support: Float[Tensor, "n_tasks n_way n_shot dim"],
        queries: Float[Tensor, "n_tasks n_queries dim"],
    ) -> Float[Tensor, "n_tasks n_queries n_way"]:
        """Return logits whose highest is that of the minimum, and which are within about 0.03 of its own."""
        points = support.flatten(1, 2)
        spread = self.C * (points - points.mean(1, keepdim=True)).square().sum(2).mean(1)
        quick = (spread > QUICK_SPREADS[0]) & (spread < QUICK_SPREADS[1])
        if points.shape[1] > MOST_POINTS or not quick.any():
            return newton_scores(support, queries, self.C)
        scores = queries.new_zeros(*queries.shape[:2], support.shape[1])
        scores[quick], quick[quick.clone()] = quick_scores(support[quick], queries[quick], self.C)
        if not quick.all():
            scores[~quick] = newton_scores(support[~quick], queries[~quick], self.C)
        return scores
