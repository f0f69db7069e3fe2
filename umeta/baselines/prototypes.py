"""The class with the nearest mean."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import torch
import torch.nn.functional as F
from jaxtyping import Float, Float32
from torch import Tensor

from umeta.baselines.baseline import Baseline
from umeta.baselines.distances import squared_distances
from umeta.cache import Arrays
from umeta.stage import UserError


class Prototypes(Baseline):
    """Each query takes the class whose support has the nearest mean, by Euclidean distance.

    With `centred` the mean of the meta_train embeddings is subtracted first, and every item is then scaled to length 1.

    Reference: Wang, Chao, Weinberger, van der Maaten, "SimpleShot: Revisiting Nearest-Neighbor Classification for
    Few-Shot Learning", 2019 (`centred`: its CL2N).
    """

    name: Literal["prototypes"] = "prototypes"
    centred: bool = False

    @property
    def label(self) -> str:
        """The name in results."""
        return "prototypes-centred" if self.centred else "prototypes"

    def fit(self, meta_train: Float32[np.ndarray, "n_items dim"], *, rng: np.random.Generator) -> Arrays:
        """Return the mean of meta_train, if that is to be subtracted."""
        if not self.centred:
            return {}
        return {"centre": meta_train.mean(axis=0, dtype=np.float64).astype(np.float32)}

    def classifier(
        self,
        state: Arrays,
        item_shape: tuple[int, ...],
        n_way: int,
        *,
        generator: torch.Generator,
        device: torch.device,
    ) -> "PrototypeClassifier":
        """Return the solver, which needs the mean that `fit` returns if that is to be subtracted."""
        if not self.centred:
            return PrototypeClassifier(None)
        if "centre" not in state:
            raise UserError(
                "prototypes with centred=true subtract the mean of meta_train: give the state that `fit` returns."
            )
        return PrototypeClassifier(torch.from_numpy(state["centre"]).to(device))


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
