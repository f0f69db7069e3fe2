"""The class with the nearest mean."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import torch
import torch.nn.functional as F
from jaxtyping import Float, Float32
from pydantic import Field
from torch import Tensor

from umeta.baselines.baseline import Baseline
from umeta.baselines.distances import squared_distances
from umeta.baselines.queries_together import (
    Closeness,
    Shares,
    balanced_transport,
    scores_together,
    soft_kmeans,
)
from umeta.cache import Arrays
from umeta.stage import UserError

SHARE_OUT: Mapping[str, Callable[[Closeness], Shares]] = {
    "soft-kmeans": soft_kmeans,
    "balanced-transport": balanced_transport,
}
"""How queries that are solved together are shared out among the classes."""


class Prototypes(Baseline):
    """Each query takes the class whose support has the nearest mean, by Euclidean distance.

    With `centred` the mean of the meta_train embeddings is subtracted first, and every item is then scaled to length 1.
    With other `queries` than each-alone the queries of a task move the means, all together: the method is
    transductive, which its name in results says, and no longer answers a question of one image.

    Reference: Wang, Chao, Weinberger, van der Maaten, "SimpleShot: Revisiting Nearest-Neighbor Classification for
    Few-Shot Learning", 2019 (`centred`: its CL2N); for `queries` see `umeta.baselines.queries_together`.
    """

    name: Literal["prototypes"] = "prototypes"
    centred: bool = False
    queries: Literal["each-alone", "soft-kmeans", "balanced-transport"] = Field(
        default="each-alone", exclude_if=lambda queries: queries == "each-alone"
    )
    sharpness: float = Field(default=20.0, gt=0, exclude_if=lambda sharpness: sharpness == 20.0)
    """Of shares among the classes, where queries are solved together: the larger, the nearer to the nearest mean alone.
    """

    @property
    def label(self) -> str:
        """The name in results."""
        name = "prototypes-centred" if self.centred else "prototypes"
        return f"{name}-{self.queries}" if self.sees_queries_together else name

    @property
    def sees_queries_together(self) -> bool:
        """Whether the queries move the means."""
        return self.queries != "each-alone"

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
            return PrototypeClassifier(None, SHARE_OUT.get(self.queries), self.sharpness)
        if "centre" not in state:
            raise UserError(
                "prototypes with centred=true subtract the mean of meta_train: give the state that `fit` returns."
            )
        centre = torch.from_numpy(state["centre"]).to(device)
        return PrototypeClassifier(centre, SHARE_OUT.get(self.queries), self.sharpness)


@dataclass(frozen=True)
class PrototypeClassifier:
    """Distances to class means."""

    centre: Float[Tensor, " dim"] | None
    """What is subtracted before items are scaled to length 1; None to leave them as they are."""
    share_out: Callable[[Closeness], Shares] | None = None
    """How queries move the means; None where each is solved alone."""
    sharpness: float = 1.0
    """As `scores_together` takes it."""

    def embed(self, items: Float[Tensor, "n_items dim"]) -> Float[Tensor, "n_items dim"]:
        """Return the embeddings, or their directions from the centre."""
        return items if self.centre is None else F.normalize(items - self.centre, dim=1)

    def scores(
        self,
        support: Float[Tensor, "n_tasks n_way n_shot dim"],
        queries: Float[Tensor, "n_tasks n_queries dim"],
    ) -> Float[Tensor, "n_tasks n_queries n_way"]:
        """Return the negative squared distance to each mean, or the shares of queries that are solved together."""
        if self.share_out is None:
            return -squared_distances(queries, support.mean(2))
        return scores_together(support, queries, share_out=self.share_out, sharpness=self.sharpness)
