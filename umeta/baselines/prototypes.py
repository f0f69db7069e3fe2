"""The class with the nearest mean."""

from dataclasses import dataclass
from typing import ClassVar, Literal

import torch
from jaxtyping import Float
from torch import Tensor

from umeta.baselines.distances import squared_distances
from umeta.stage import Method


class Prototypes(Method):
    """Each query takes the class whose support has the nearest mean, by Euclidean distance."""

    works_on: ClassVar[Literal["embeddings", "images"]] = "embeddings"
    batch_norm: ClassVar[str | None] = None

    name: Literal["prototypes"] = "prototypes"

    def classifier(
        self, item_shape: tuple[int, ...], n_way: int, *, generator: torch.Generator, device: torch.device
    ) -> "PrototypeClassifier":
        """Return the solver; there is nothing to set up."""
        return PrototypeClassifier()


@dataclass(frozen=True)
class PrototypeClassifier:
    """Distances to class means."""

    def embed(self, items: Float[Tensor, "n_items dim"]) -> Float[Tensor, "n_items dim"]:
        """Return the embeddings."""
        return items

    def scores(
        self,
        support: Float[Tensor, "n_tasks n_way n_shot dim"],
        queries: Float[Tensor, "n_tasks n_queries dim"],
    ) -> Float[Tensor, "n_tasks n_queries n_way"]:
        """Return the negative squared distance to each mean."""
        return -squared_distances(queries, support.mean(2))
