"""Model-agnostic meta-learning, second order, all tasks of a meta-batch at once."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import torch
from jaxtyping import Float, UInt8
from pydantic import Field
from torch import Tensor

from umeta.backbones import (
    Conv4,
    Moments,
    Weights,
    adapt,
    few_shot_loss,
    maml_conv4,
    tasks_at_once,
    to_pixels,
)
from umeta.learners.learner import LearnerState
from umeta.learners.running import named_moments, update_statistics
from umeta.stage import Method, UserError

TRAINING_ACTIVATIONS = 2**24
SMALLEST = 9  # pixels a side: the last block must see more than one value per channel and image


class Maml(Method):
    """Learn weights from which a few gradient steps on a task's support solve the task.

    The loss, of the inner and the outer loop, is the sum of the cross-entropies over a task's items divided by the
    items per class: n_way times the mean. The shift of the batch norms is learned by the outer loop alone.

    Reference: Finn, Abbeel, Levine, "Model-Agnostic Meta-Learning for Fast Adaptation of Deep Networks", ICML 2017,
    algorithm 2; settings of Hsu, Levine, Finn, "Unsupervised Learning via Meta-Learning", ICLR 2019, table 5.
    """

    has_head: ClassVar[bool] = True
    task_defaults: ClassVar[Mapping[str, int]] = {"n_query": 5}
    budgets: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        "smoke": {"iterations": 10, "tasks_per_step": 2, "test_inner_steps": 5},
        "short": {"iterations": 600},
        "paper": {"iterations": 30_000},
    }

    name: Literal["maml"] = "maml"
    iterations: int = Field(default=30_000, ge=1)
    tasks_per_step: int = Field(default=8, ge=1)
    lr: float = Field(default=1e-3, gt=0)
    inner_lr: float = Field(default=0.05, gt=0)
    inner_steps: int = Field(default=5, ge=1)
    test_inner_steps: int = Field(default=50, ge=1)
    n_filters: int = Field(default=32, ge=1)
    batch_norm: Literal["transductive", "support", "running"] = "transductive"
    """How queries are normalised in training, and the first mode in which the learner is judged."""
    clip: float | None = Field(default=None, gt=0)
    """Bound of each element of the outer gradient; None for 10 on colour images and no bound on grey ones."""

    @property
    def label(self) -> str:
        """The name in results."""
        return "MAML"

    @property
    def test_batch_norms(self) -> tuple[str, ...]:
        """Its own mode, then the paper's and the one in which queries do not see each other."""
        return tuple(dict.fromkeys((self.batch_norm, "transductive", "support")))

    def init(
        self,
        item_shape: tuple[int, int, int],
        n_way: int,
        *,
        generator: torch.Generator,
        device: torch.device,
    ) -> LearnerState:
        """Return fresh weights with a head of n_way outputs."""
        if min(item_shape[1:]) < SMALLEST:
            raise UserError(
                f"learner=maml needs images of {SMALLEST} pixels or more; these have {item_shape[1]} × "
                f"{item_shape[2]}. Set a larger dataset.size."
            )
        weights = maml_conv4(item_shape, self.n_filters, n_way).init(generator=generator, device=device)
        for weight in weights.values():
            weight.requires_grad_()
        return LearnerState(weights, {}, torch.optim.Adam(weights.values(), lr=self.lr, fused=True))

    def step(
        self,
        state: LearnerState,
        support: UInt8[Tensor, "n_tasks n_way n_shot channels height width"],
        query: UInt8[Tensor, "n_tasks n_way n_query channels height width"],
    ) -> Mapping[str, float]:
        """Adapt to each task, then move the initial weights down the mean gradient of the tasks' query losses."""
        n_tasks, n_way, n_shot, *item_shape = support.shape
        network = _network_for(state, item_shape, n_way, "task")
        n_items = n_way * (self.inner_steps * n_shot + query.shape[2])  # whose activations the graph holds
        part = tasks_at_once(network, item_shape, n_items, TRAINING_ACTIVATIONS)
        state.optimizer.zero_grad()
        loss, correct, moments = 0.0, 0, []
        for some_support, some_query in zip(support.split(part), query.split(part), strict=True):
            logits, found = self._query_logits(network, state.weights, some_support, some_query)
            some_loss = few_shot_loss(logits, n_way) / n_tasks
            some_loss.backward()
            loss += some_loss.item()
            correct += int((logits.argmax(-1) == _labels(query, n_way)).sum())
            moments.append(found)
        self._clip(state, item_shape[0])
        state.optimizer.step()
        if self.batch_norm == "running":
            update_statistics(state, moments)
        state.step += 1
        return {"loss": loss, "accuracy": correct / query.shape[:3].numel()}

    def classifier(self, state: LearnerState, *, batch_norm: str) -> "MamlClassifier":
        """Return the trained learner in one batch-norm mode; it solves tasks of up to the ways it was trained with."""
        if batch_norm == "running" and not state.statistics:
            raise UserError(
                "batch_norm=running needs running averages, which this MAML was trained without; "
                "train it with learner.batch_norm=running, or judge it as transductive or support."
            )
        return MamlClassifier(self, state, batch_norm)

    def _query_logits(
        self, network: Conv4, weights: Weights, support: Tensor, query: Tensor
    ) -> tuple[Tensor, list[Moments]]:
        support, query = to_pixels(support), to_pixels(query)
        n_way = support.shape[1]
        items = support.flatten(1, 2)
        fast = adapt(
            network, weights, items, n_way, lr=self.inner_lr, steps=self.inner_steps, second_order=True
        )
        if self.batch_norm == "support":
            _, moments = network.with_moments(fast, items, differentiable=True)
            return network(fast, query.flatten(1, 2), moments), []
        if self.batch_norm == "running":
            return network.with_moments(fast, query.flatten(1, 2))
        return network(fast, query.flatten(1, 2)), []

    def _clip(self, state: LearnerState, channels: int) -> None:
        bound = self.clip or (10.0 if channels > 1 else None)
        if bound is not None:
            torch.nn.utils.clip_grad_value_(state.weights.values(), bound)


@dataclass(frozen=True)
class MamlClassifier:
    """Adapts the learned weights to each task by plain gradient descent, then scores its queries."""

    learner: Maml
    state: LearnerState
    batch_norm: str

    def embed(self, items: UInt8[Tensor, "n_items channels height width"]) -> UInt8[Tensor, "n_items ..."]:
        """Return the images: the network changes with the task."""
        return items

    def scores(
        self,
        support: UInt8[Tensor, "n_tasks n_way n_shot channels height width"],
        queries: UInt8[Tensor, "n_tasks n_queries channels height width"],
    ) -> Float[Tensor, "n_tasks n_queries n_way"]:
        """Return the logits of each query, the tasks some at a time so that memory stays small."""
        _, n_way, n_shot, *item_shape = support.shape
        network = _network_for(self.state, item_shape, n_way, "test")
        part = tasks_at_once(network, item_shape, max(n_way * n_shot, queries.shape[1]))
        weights = {name: weight.detach() for name, weight in self.state.weights.items()}
        running = named_moments(self.state.statistics) if self.batch_norm == "running" else None
        with torch.inference_mode(False), torch.no_grad():
            return torch.cat(
                [
                    self._some_scores(network, weights, running, some_support, some_queries)
                    for some_support, some_queries in zip(
                        support.split(part), queries.split(part), strict=True
                    )
                ]
            )

    def _some_scores(
        self,
        network: Conv4,
        weights: Weights,
        running: list[Moments] | None,
        support: Tensor,
        queries: Tensor,
    ) -> Tensor:
        n_way = support.shape[1]
        items = to_pixels(support).flatten(1, 2)
        fast = adapt(
            network,
            weights,
            items,
            n_way,
            lr=self.learner.inner_lr,
            steps=self.learner.test_inner_steps,
            second_order=False,
            moments=running,
        )
        moments = network.with_moments(fast, items)[1] if self.batch_norm == "support" else running
        return network(fast, to_pixels(queries), moments)


def _network_for(state: LearnerState, item_shape: list[int], n_way: int, section: str) -> Conv4:
    channels, height, width = item_shape
    outputs = len(state.weights["head.bias"])
    if n_way > outputs:
        raise UserError(
            f"{section}.n_way={n_way} is more than the {outputs} ways that this MAML was made for: its last layer "
            f"has {outputs} outputs. Lower {section}.n_way to {outputs}, or train with task.n_way={n_way}."
        )
    return maml_conv4((channels, height, width), len(state.weights["norm1.shift"]), outputs)


def _labels(query: Tensor, n_way: int) -> Tensor:
    return torch.arange(n_way, device=query.device).repeat_interleave(query.shape[2])
