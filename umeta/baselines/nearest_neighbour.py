"""The class of the nearest support items."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

import torch
from jaxtyping import Float
from pydantic import Field
from torch import Tensor

from umeta.baselines.auto_option import AUTO, not_chosen
from umeta.baselines.baseline import Baseline
from umeta.baselines.distances import squared_distances
from umeta.cache import Arrays
from umeta.tasks import TaskConfig

CANDIDATES = (1, 3, 5, 7, 9, 15, 25)
"""Odd, so that two classes seldom tie."""


class NearestNeighbour(Baseline):
    """Each query takes the majority class of its k nearest support items, by Euclidean distance.

    Of classes with as many votes, the one whose voters are nearer in the mean wins.
    """

    name: Literal["nearest-neighbour"] = "nearest-neighbour"
    k: Annotated[int | None, AUTO] = Field(default=1, ge=1)
    """Neighbours that vote, all of the support where it is smaller; None for a choice on meta_val in each shape."""

    @property
    def label(self) -> str:
        """The name in results, which says k unless it is the paper's 1."""
        return self.name + ("" if self.k == 1 else "-tuned" if self.k is None else f"-k{self.k}")

    def candidates(self, shape: TaskConfig) -> "Sequence[NearestNeighbour]":
        """Return some values of k up to twice the shots; more voters than that are mostly of other classes."""
        if self.k is not None:
            return [self]
        max_k = 2 * shape.n_shot - 1  # at one shot every k gives what k = 1 does
        return [self.model_copy(update={"k": k}) for k in CANDIDATES if k <= max_k]

    def classifier(
        self,
        state: Arrays,
        item_shape: tuple[int, ...],
        n_way: int,
        *,
        generator: torch.Generator,
        device: torch.device,
    ) -> "NeighbourClassifier":
        """Return the solver; there is nothing to set up."""
        if self.k is None:
            raise not_chosen(self.name, "k", 1)
        return NeighbourClassifier(self.k)


@dataclass(frozen=True)
class NeighbourClassifier:
    """Votes of the k nearest support items."""

    k: int

    def embed(self, items: Float[Tensor, "n_items dim"]) -> Float[Tensor, "n_items dim"]:
        """Return the embeddings."""
        return items

    def scores(
        self,
        support: Float[Tensor, "n_tasks n_way n_shot dim"],
        queries: Float[Tensor, "n_tasks n_queries dim"],
    ) -> Float[Tensor, "n_tasks n_queries n_way"]:
        """Return each class's negative squared distance for k = 1, else its votes and a part below 1 for ties."""
        n_way, n_shot = support.shape[1:3]
        if self.k == 1:
            distances = squared_distances(support.flatten(1, 2), queries)  # shots apart: quick to reduce
            return -distances.unflatten(1, (n_way, n_shot)).amin(2).mT.contiguous()
        distances = squared_distances(queries, support.flatten(1, 2))
        nearest = distances.topk(min(self.k, n_way * n_shot), largest=False)
        voters = torch.nn.functional.one_hot(nearest.indices // n_shot, n_way).to(distances.dtype)
        votes = voters.sum(2)
        far = nearest.values.sqrt()
        spread = torch.einsum("tqk,tqkn->tqn", far, voters) / votes.clamp_min(1)
        farthest = far.amax(2, keepdim=True).clamp_min(torch.finfo(far.dtype).tiny)
        return votes + 0.5 * (1 - spread / farthest)  # whatever the scale of the embedding
