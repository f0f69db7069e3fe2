"""MAML of two weights, small enough to be drawn: tasks are lines through the origin of a plane, and so is a classifier.

The steps are those of `maml`, in the words of the paper: the inner loop, the outer loss, the outer step.

Reference: Finn, Abbeel, Levine, "Model-Agnostic Meta-Learning for Fast Adaptation of Deep Networks", ICML 2017,
algorithm 2.
"""

from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from jaxtyping import Float, Int
from torch import Tensor

from umeta.backbones.optimizers import Adam

N_QUERY = 10
"""Points of each class that a task asks about."""
ANGLES = (50.0, 130.0)
"""Degrees between which the direction lies across which a task's classes change."""
SPREAD = (3.0, 1.0)
"""Of the points along both axes: the first direction that one sees is not the one that matters."""
MARGIN = 0.3
"""No point lies nearer to the line than this."""
INNER_LR, OUTER_LR = 0.15, 0.05
META_STEPS, TASKS_PER_STEP = 300, 25


@dataclass(frozen=True, eq=False)
class PlaneTasks:
    """Tasks of two classes. The support is one point of each, class 0 first; the queries stand class by class."""

    support: Float[Tensor, "n_tasks 2 2"]
    query: Float[Tensor, "n_tasks n_queries 2"]

    @property
    def query_labels(self) -> Int[Tensor, " n_queries"]:
        """The class of each query, the same in every task."""
        return torch.arange(2).repeat_interleave(N_QUERY)


def draw_plane_tasks(n_tasks: int, *, generator: torch.Generator) -> PlaneTasks:
    """Draw tasks, each with a line of its own."""
    low, high = np.deg2rad(ANGLES)
    angles = low + (high - low) * torch.rand(n_tasks, generator=generator)
    directions = torch.stack([angles.cos(), angles.sin()], 1)
    drawn = torch.randn(n_tasks, 2 * (N_QUERY + 1), 2, generator=generator) * torch.tensor(SPREAD)
    distance = torch.einsum("tpx,tx->tp", drawn, directions)
    sides = torch.tensor([-1.0, 1.0]).repeat_interleave(N_QUERY + 1)
    wanted = sides * distance.abs().clamp(min=MARGIN)  # each point is put on the side of its class
    points = drawn + (wanted - distance)[..., None] * directions[:, None]
    by_class = points.unflatten(1, (2, N_QUERY + 1))
    return PlaneTasks(by_class[:, :, 0], by_class[:, :, 1:].flatten(1, 2))


def adapt_line(
    weights: Float[Tensor, "2"], support: Float[Tensor, "n_tasks 2 2"], steps: int
) -> list[Float[Tensor, "n_tasks 2"]]:
    """Return each task's weights before the first gradient step on its support and after each."""
    own = weights.expand(len(support), 2)
    if not own.requires_grad:
        own = own.clone().requires_grad_()
    taken, labels = [own], torch.tensor([0.0, 1.0]).expand(len(support), 2)
    for _ in range(steps):
        loss = F.binary_cross_entropy_with_logits(_logits(own, support), labels, reduction="sum")
        (gradient,) = torch.autograd.grad(loss, own, create_graph=True)
        own = own - INNER_LR * gradient
        taken.append(own)
    return taken


def meta_train_line(steps: int, *, seed: int) -> list[Float[np.ndarray, "2"]]:
    """Return the weights that tasks start from, before meta-training and after each of its steps.

    Args:
        steps: Gradient steps on each task.
        seed: Of the tasks and of the start.
    """
    generator = torch.Generator().manual_seed(seed)
    weights = torch.randn(2, generator=generator).requires_grad_()
    optimizer = Adam([weights], OUTER_LR)
    taken = [weights.detach().numpy().copy()]
    for _ in range(META_STEPS):
        tasks = draw_plane_tasks(TASKS_PER_STEP, generator=generator)
        adapted = adapt_line(weights, tasks.support, steps)[-1]
        labels = tasks.query_labels.float().expand(TASKS_PER_STEP, -1)
        loss = F.binary_cross_entropy_with_logits(_logits(adapted, tasks.query), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        taken.append(weights.detach().numpy().copy())
    return taken


def answers_of(
    weights: Float[Tensor, "n_tasks 2"], points: Float[Tensor, "n_tasks n_points 2"]
) -> Int[np.ndarray, "n_tasks n_points"]:
    """Return the class of each point, by its side of the line that the weights stand for."""
    return (_logits(weights, points) > 0).long().numpy()


def _logits(
    weights: Float[Tensor, "n_tasks 2"], points: Float[Tensor, "n_tasks n_points 2"]
) -> Float[Tensor, "n_tasks n_points"]:
    return torch.einsum("tpx,tx->tp", points, weights)
