"""A learner: prototypical networks of one linear layer."""

import math
from dataclasses import dataclass
from typing import Literal

import torch
import torch.nn.functional as F
from pydantic import Field

from umeta.learners.learner import Learner, LearnerState


class LinearProtoNets(Learner):
    """Learn a linear map after which an image's class is the one whose support has the nearest mean."""

    name: Literal["linear-protonets"] = "linear-protonets"
    iterations: int = Field(default=200, ge=1)

    @property
    def test_batch_norms(self):
        """One mode to be judged in: it has no batch norm."""
        return (None,)

    def init(self, item_shape, n_way, *, generator, device) -> LearnerState:
        """Return a random matrix."""
        weight = torch.randn(math.prod(item_shape), 32, generator=generator) / 28
        weight = weight.to(device).requires_grad_()
        return LearnerState({"weight": weight}, {}, torch.optim.Adam([weight], lr=0.001))

    def step(self, state: LearnerState, support: torch.Tensor, query: torch.Tensor):
        """Move the matrix down the gradient of the tasks' cross-entropy."""
        scores = LinearPrototypes(state.weights["weight"]).scores(support, query.flatten(1, 2))
        n_tasks, n_way, n_query = query.shape[:3]
        labels = torch.arange(n_way, device=scores.device).repeat_interleave(n_query).repeat(n_tasks)
        loss = F.cross_entropy(scores.flatten(0, 1), labels)
        state.optimizer.zero_grad()
        loss.backward()
        state.optimizer.step()
        state.step += 1
        return {
            "loss": loss.item(),
            "accuracy": (scores.argmax(-1).flatten() == labels).float().mean().item(),
        }

    def classifier(self, state: LearnerState, *, batch_norm):
        """Return what solves tasks."""
        return LinearPrototypes(state.weights["weight"].detach())


@dataclass(frozen=True)
class LinearPrototypes:
    """Scores queries by their distance to the mean of each class's support."""

    weight: torch.Tensor

    def embed(self, items: torch.Tensor) -> torch.Tensor:
        """Map each image, `(n_items, channels, height, width)`, to 32 numbers; done once an image."""
        return items

    def scores(self, support: torch.Tensor, queries: torch.Tensor) -> torch.Tensor:
        """Return negative distances `(n_tasks, n_queries, n_way)`."""
        prototypes = (support.flatten(3).float() / 255 @ self.weight).mean(2)
        return -torch.cdist(queries.flatten(2).float() / 255 @ self.weight, prototypes)
