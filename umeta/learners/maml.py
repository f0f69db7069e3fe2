"""Model-agnostic meta-learning, its first-order form and ANIL, all tasks of a meta-batch at once."""

import math
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Literal

import torch
from jaxtyping import Float, UInt8
from pydantic import Field
from torch import Tensor

from umeta.backbones import (
    Conv4,
    Moments,
    Weights,
    cosine,
    maml_conv4,
    to_pixels,
)
from umeta.cpu_threads import n_sides_of, side_by_side
from umeta.learners.head_start import HeadStart, keep_head_start, start_head
from umeta.learners.inner_loop import adapt, few_shot_loss, tasks_at_once
from umeta.learners.learner import Learner, LearnerState
from umeta.learners.maml_classifier import MamlClassifier, network_for
from umeta.learners.memory import in_parts_that_fit
from umeta.learners.recorded_update import adam, run_update
from umeta.learners.running_statistics import update_statistics
from umeta.stage import UserError

TRAINING_ACTIVATIONS = 2**24
"""First-block activations of the tasks that a side works on together, with the graphs of their inner loops: 64 MB."""
WORTH_HALVING = 2**22
"""Activations above which the two halves of these tasks, side by side on a CPU, take less time than all together."""
MIN_SIDE = 9  # pixels a side: the last block must see more than one value per channel and image


class Maml(Learner):
    """Learn weights from which a few gradient steps on a task's support solve the task.

    The loss, of the inner and the outer loop, is the sum of the cross-entropies over a task's items divided by the
    items per class: n_way times the mean. The shift of the batch norms is learned by the outer loop alone.

    `fomaml` takes the gradient of the query loss at the adapted weights for that at the initial ones (section 5.2).
    `anil` adapts nothing but the last layer, in training and at test; its outer gradient is of second order.

    Reference: Finn, Abbeel, Levine, "Model-Agnostic Meta-Learning for Fast Adaptation of Deep Networks", ICML 2017,
    algorithm 2; settings of Hsu, Levine, Finn, "Unsupervised Learning via Meta-Learning", ICLR 2019, table 5;
    Raghu, Raghu, Bengio, Vinyals, "Rapid Learning or Feature Reuse? Towards Understanding the Effectiveness of
    MAML", ICLR 2020 (ANIL).
    """

    has_head: ClassVar[bool] = True
    task_defaults: ClassVar[Mapping[str, int]] = {"n_query": 5}
    budgets: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        "smoke": {"iterations": 5, "tasks_per_step": 2, "test_inner_steps": 2, "n_filters": 16},
        # few tasks a step and a large step size learn most in minutes: chosen on meta_val, see the study omniglot
        "short": {"iterations": 16_000, "tasks_per_step": 2, "lr": 2e-3, "lr_decay": "cosine"},
        "paper": {"iterations": 30_000},
    }

    name: Literal["maml", "fomaml", "anil"] = "maml"
    iterations: int = Field(default=30_000, ge=1)
    tasks_per_step: int = Field(default=8, ge=1)
    lr: float = Field(default=1e-3, gt=0)
    lr_decay: Literal["none", "cosine"] = "none"
    """Constant as in the paper, or down to 0 by half a cosine, which ends short trainings at better weights."""
    inner_lr: float = Field(default=0.05, gt=0)
    inner_steps: int = Field(default=5, ge=1)
    test_inner_steps: int = Field(default=50, ge=1)
    n_filters: int = Field(default=32, ge=1)
    head: HeadStart = Field(default="own", exclude_if=lambda head: head == "own")
    """Where the last layer starts each task: from learned weights of each class number's own, from zero, or from one
    learned vector that all class numbers share."""
    batch_norm: Literal["transductive", "support", "running"] = "transductive"
    """How queries are normalised in training, and the first mode in which the learner is judged."""
    clip: float | None = Field(default=None, gt=0)
    """Bound of each element of the outer gradient; None for 10 on colour images and no bound on grey ones."""

    @property
    def label(self) -> str:
        """The name in results."""
        return self.name.upper()

    @property
    def first_order(self) -> bool:
        """Whether the outer gradient ignores how the adapted weights depend on the initial ones."""
        return self.name == "fomaml"

    @property
    def head_only(self) -> bool:
        """Whether tasks adapt the last layer alone."""
        return self.name == "anil"

    @property
    def train_gradient_steps(self) -> int:
        """The inner loop's, in training."""
        return self.inner_steps

    @property
    def test_gradient_steps(self) -> int:
        """The inner loop's, at test."""
        return self.test_inner_steps

    @property
    def test_batch_norms(self) -> tuple[str | None, ...]:
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
        if min(item_shape[1:]) < MIN_SIDE:
            raise UserError(
                f"learner={self.name} needs images of {MIN_SIDE} pixels or more; these have {item_shape[1]} × "
                f"{item_shape[2]}. Set a larger dataset.size."
            )
        weights = maml_conv4(item_shape, self.n_filters, n_way).init(generator=generator, device=device)
        start_head(weights, self.head)
        for weight in weights.values():
            weight.requires_grad_()
        return LearnerState(weights, {}, adam(weights, self.lr))

    def step(
        self,
        state: LearnerState,
        support: UInt8[Tensor, "n_tasks n_way n_shot channels height width"],
        query: UInt8[Tensor, "n_tasks n_way n_query channels height width"],
    ) -> Mapping[str, float]:
        """Take one step of algorithm 2 on a meta-batch, whose tasks have been sampled."""
        if self.lr_decay == "cosine":
            cosine(state.optimizer, self.lr, state.step / self.iterations)
        loss, n_correct = run_update(self._update, state, support, query)
        state.step += 1
        return {"loss": loss, "accuracy": n_correct / query.shape[:3].numel()}

    def _update(self, state: LearnerState, support: Tensor, query: Tensor) -> Float[Tensor, "2"]:
        """Move the weights by a meta-batch and return its loss and how many queries are right."""
        item_shape = support.shape[3:]
        network = network_for(state, self.n_filters, item_shape, support.shape[1], "task")
        n_sides = n_sides_of(query.device)
        losses, corrects, moments = in_parts_that_fit(
            lambda n_at_once: self._gradients(network, state, support, query, n_at_once),
            state,
            min(len(support), n_sides * self._tasks_of(network, support, query, TRAINING_ACTIVATIONS)),
        )
        # line 10: move the initial weights down the mean gradient of these losses
        keep_head_start(state.weights, self.head)
        bound = self.clip or (10.0 if item_shape[0] > 1 else None)
        if bound is not None:
            torch.nn.utils.clip_grad_value_(state.weights.values(), bound)
        state.optimizer.step()
        if self.batch_norm == "running":
            update_statistics(state, moments)
        return torch.stack([torch.stack(losses).sum(), torch.stack(corrects).sum().float()])

    def _gradients(
        self, network: Conv4, state: LearnerState, support: Tensor, query: Tensor, n_at_once: int
    ) -> tuple[list[Tensor], list[Tensor], list[list[Moments]]]:
        """Give the weights their gradients, so many tasks at a time; return of each part its loss, how many queries are
        right, and what the batch norms normalised these by.
        """
        n_tasks, n_way = support.shape[:2]
        labels = torch.arange(n_way, device=query.device).repeat_interleave(query.shape[2])
        weights = list(state.weights.values())

        def of_part(part: tuple[Tensor, Tensor]) -> tuple[Tensor, Tensor, list[Moments], Sequence[Tensor]]:
            task_support, task_query = part
            # lines 6 and 7: adapt to each task by gradient descent on its support
            adapted = self._inner_loop(network, state.weights, task_support, n_way)
            # the loss of line 10: that of the adapted weights on the task's queries
            logits, query_moments = self._query_logits(network, adapted, task_support, task_query)
            query_loss = few_shot_loss(logits, n_way) / n_tasks
            gradients = torch.autograd.grad(query_loss, weights)
            return query_loss.detach(), (logits.argmax(-1) == labels).sum(), query_moments, gradients

        is_worth_halving = n_at_once > self._tasks_of(network, support, query, WORTH_HALVING)
        n_sides = n_sides_of(query.device) if is_worth_halving else 1
        size = math.ceil(n_tasks / n_sides) if n_at_once == n_tasks else n_at_once // n_sides
        parts = list(zip(support.split(size), query.split(size), strict=True))
        losses, corrects, moments, gradients = zip(*side_by_side(of_part, parts, n_sides), strict=True)
        for weight, *of_parts in zip(weights, *gradients, strict=True):
            weight.grad = sum(of_parts[1:], of_parts[0])
        return list(losses), list(corrects), list(moments)

    def classifier(self, state: LearnerState, *, batch_norm: str | None) -> MamlClassifier:
        """Return the trained learner in one batch-norm mode; it solves tasks of up to the ways it was trained with."""
        if batch_norm == "running" and not state.statistics:
            raise UserError(
                f"batch_norm=running needs running averages, which this {self.label} was trained without; "
                "train it with learner.batch_norm=running, or judge it as transductive or support."
            )
        return MamlClassifier(
            state, batch_norm, self.n_filters, self.inner_lr, self.test_inner_steps, self.head_only
        )

    def _inner_loop(self, network: Conv4, weights: Weights, support: Tensor, n_way: int) -> Weights:
        """Return the weights adapted to each task, as what the outer gradient is taken through."""
        adapted = adapt(
            network,
            weights,
            to_pixels(support).flatten(1, 2),
            n_way,
            lr=self.inner_lr,
            steps=self.inner_steps,
            second_order=not self.first_order,
            head_only=self.head_only,
        )
        return _as_if_shifted(weights, adapted) if self.first_order else adapted

    def _query_logits(
        self, network: Conv4, adapted: Weights, support: Tensor, query: Tensor
    ) -> tuple[Tensor, list[Moments]]:
        """Return the logits of the queries, and in running mode what the batch norms normalised them by."""
        queries = to_pixels(query).flatten(1, 2)
        if self.batch_norm == "support":
            support_images = to_pixels(support).flatten(1, 2)
            _, moments = network.with_moments(adapted, support_images, differentiable=True)
            return network(adapted, queries, moments), []
        if self.batch_norm == "running":
            return network.with_moments(adapted, queries)
        return network(adapted, queries), []

    def _tasks_of(self, network: Conv4, support: Tensor, query: Tensor, activations: int) -> int:
        """Return how many tasks, each with the graph of its inner loop, have so many activations."""
        _, n_way, n_shot, *item_shape = support.shape
        passes = 1 if self.first_order or self.head_only else self.inner_steps
        return tasks_at_once(network, item_shape, n_way * (passes * n_shot + query.shape[2]), activations)


def _as_if_shifted(weights: Weights, adapted: Weights) -> dict[str, Tensor]:
    """Return the adapted weights as the initial ones plus a constant, so that gradients pass through unchanged."""
    # the head may have more outputs than the tasks have ways
    initial = {name: start[: adapted[name].shape[-start.dim()]] for name, start in weights.items()}
    return {name: start + (adapted[name] - start).detach() for name, start in initial.items()}
