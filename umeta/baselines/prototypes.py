"""The class with the nearest mean."""

from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np
import torch
import torch.nn.functional as F
from jaxtyping import Float, Float32
from pydantic import PrivateAttr
from torch import Tensor

from umeta.baselines.distances import squared_distances
from umeta.stage import Method, UserError


class Prototypes(Method):
    """Each query takes the class whose support has the nearest mean, by Euclidean distance.

    With `centred` the mean of the meta_train embeddings is subtracted first, and every item is then scaled to length 1.

    Reference: Wang, Chao, Weinberger, van der Maaten, "SimpleShot: Revisiting Nearest-Neighbor Classification for
    Few-Shot Learning", 2019 (`centred`: its CL2N).
    """

    works_on: ClassVar[Literal["embeddings", "images"]] = "embeddings"
    batch_norm: ClassVar[str | None] = None

    name: Literal["prototypes"] = "prototypes"
    centred: bool = False

    _centre: np.ndarray | None = PrivateAttr(default=None)

    @property
    def label(self) -> str:
        """The name in results."""
        return "prototypes-centred" if self.centred else "prototypes"

    def fit(
        self, meta_train: Float32[np.ndarray, "n_items dim"], *, rng: np.random.Generator
    ) -> "Prototypes":
        """Return a copy that knows the mean of meta_train, if that is to be subtracted."""
        if not self.centred:
            return self
        fitted = self.model_copy()
        fitted._centre = meta_train.mean(axis=0, dtype=np.float64).astype(np.float32)
        return fitted

    def classifier(
        self, item_shape: tuple[int, ...], n_way: int, *, generator: torch.Generator, device: torch.device
    ) -> "PrototypeClassifier":
        """Return the solver."""
        if not self.centred:
            return PrototypeClassifier(None)
        if self._centre is None:
            raise UserError("prototypes with centred=true subtract the mean of meta_train: call `fit` first.")
        return PrototypeClassifier(torch.from_numpy(self._centre).to(device))


@dataclass(frozen=True)
class PrototypeClassifier:
    """Distances to class means."""

    centre: Float[Tensor, " dim"] | None
    """What is subtracted before items are scaled to length 1; None to leave them as they are."""

    def embed(self, items: Float[Tensor, "n_items dim"]) -> Float[Tensor, "n_items dim"]:
        """Return the embeddings, or their directions from the centre."""
        return items if self.centre is None else F.normalize(items - self.centre, dim=1)

    def scores(
        self,
        support: Float[Tensor, "n_tasks n_way n_shot dim"],
        queries: Float[Tensor, "n_tasks n_queries dim"],
    ) -> Float[Tensor, "n_tasks n_queries n_way"]:
        """Return the negative squared distance to each mean."""
        return -squared_distances(queries, support.mean(2))
