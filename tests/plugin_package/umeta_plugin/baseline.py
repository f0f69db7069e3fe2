"""A baseline: a random forest on the support of each task."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import torch
from pydantic import Field

from umeta.baselines import Baseline


class RandomForest(Baseline):
    """Fit a random forest to the embeddings of each task's support."""

    name: Literal["random-forest"] = "random-forest"
    n_trees: int = Field(default=20, ge=1)

    def classifier(self, state, item_shape, n_way, *, generator, device):
        """Return what solves tasks."""
        return Forests(self.n_trees)


@dataclass(frozen=True)
class Forests:
    """A forest for each task."""

    n_trees: int

    def embed(self, items: torch.Tensor) -> torch.Tensor:
        """Leave the embeddings as they are."""
        return items

    def scores(self, support: torch.Tensor, queries: torch.Tensor) -> torch.Tensor:
        """Return the share of trees that vote for each class, `(n_tasks, n_queries, n_way)`."""
        from sklearn.ensemble import RandomForestClassifier

        labels = np.arange(support.shape[1]).repeat(support.shape[2])
        shares = []
        for known, unknown in zip(support.flatten(1, 2).numpy(), queries.numpy(), strict=True):
            forest = RandomForestClassifier(self.n_trees, random_state=0).fit(known, labels)
            shares.append(forest.predict_proba(unknown))
        return torch.from_numpy(np.stack(shares)).float()
