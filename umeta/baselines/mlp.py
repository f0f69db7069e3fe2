"""A network of one hidden layer, trained on each task's support, all tasks of a chunk at once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import torch
import torch.nn.functional as F
from jaxtyping import Float
from pydantic import Field
from torch import Tensor

from umeta.backbones.optimizers import Adam
from umeta.baselines.baseline import Baseline
from umeta.cache import Arrays
from umeta.randomness import Stream, torch_generator
from umeta.stage import UserError

PATIENCE = 2  # epochs without a lower query loss after which the paper's way stops
WEIGHTS_AT_ONCE = 2**19
"""Weights of the tasks trained together: with their gradients and moments 8 MB, which caches still hold."""


class Mlp(Baseline):
    """Dense layer, ReLU, dropout, dense layer, softmax, by full-batch Adam for a fixed number of epochs.

    All tasks start from the same random weights and drop the same units, which follow from the run's seed, so that
    a task's result does not depend on the tasks beside it.

    `stop_on_query_loss` is the paper's way: training stops once the loss on the queries has not fallen for two
    epochs. It reads the true labels of the queries, which flatters the accuracy; its name in results says so.

    Reference: Hsu, Levine, Finn, "Unsupervised Learning via Meta-Learning", ICLR 2019 (embedding MLP with dropout);
    neither units nor dropout are given there.
    """

    budgets: ClassVar[Mapping[str, Mapping[str, Any]]] = {"smoke": {"epochs": 20}}

    name: Literal["mlp"] = "mlp"
    units: int = Field(default=256, ge=1)
    """On meta_val of Omniglot by PCA, 5-way 1- and 5-shot: 128 give 47.7 and 70.5%, 256 48.1 and 71.4, 512 49.9 and
    72.1; 500 epochs instead of 200 add half a point at most."""
    dropout: float = Field(default=0.5, ge=0, lt=1)
    """Share of the hidden units that are left out of each epoch, anew for every support item."""
    epochs: int = Field(default=200, ge=1, le=500)
    lr: float = Field(default=1e-3, gt=0)
    stop_on_query_loss: bool = False

    @property
    def label(self) -> str:
        """The name in results."""
        return "mlp-stopped-on-queries" if self.stop_on_query_loss else "mlp"

    @property
    def reads_query_labels(self) -> bool:
        """Whether it stops when the loss on the queries does."""
        return self.stop_on_query_loss

    def classifier(
        self,
        state: Arrays,
        item_shape: tuple[int, ...],
        n_way: int,
        *,
        generator: torch.Generator,
        device: torch.device,
    ) -> "MlpClassifier":
        """Return the solver for embeddings of (dim,)."""
        return MlpClassifier(self, int(torch.randint(2**40, (), generator=generator)))


@dataclass(frozen=True)
class MlpClassifier:
    """Trains a network per task, many tasks at once."""

    options: Mlp
    seed: int

    def embed(self, items: Float[Tensor, "n_items dim"]) -> Float[Tensor, "n_items dim"]:
        """Return the embeddings."""
        return items

    def scores(
        self,
        support: Float[Tensor, "n_tasks n_way n_shot dim"],
        queries: Float[Tensor, "n_tasks n_queries dim"],
    ) -> Float[Tensor, "n_tasks n_queries n_way"]:
        """Return the logits of each query.

        Where training stops on the query loss, the queries must stand class by class, as many of each.
        """
        n_way, dim = support.shape[1], support.shape[3]
        if self.options.stop_on_query_loss and queries.shape[1] % n_way:
            raise UserError(
                f"mlp with stop_on_query_loss=true needs as many queries of each class; {queries.shape[1]} queries "
                f"of {n_way} classes are not. Leave stop_on_query_loss out."
            )
        part = max(1, WEIGHTS_AT_ONCE // (self.options.units * (dim + n_way)))
        with torch.inference_mode(False), torch.enable_grad():
            pairs = zip(support.split(part), queries.split(part), strict=True)
            return torch.cat([self._some_scores(*(part.clone() for part in pair)) for pair in pairs])

    def _some_scores(self, support: Tensor, queries: Tensor) -> Tensor:
        n_tasks, n_way, n_shot, dim = support.shape
        options, points = self.options, support.flatten(1, 2)
        generator = torch_generator(self.seed, Stream.MLP)
        network = _network(dim, options.units, n_way, generator)
        network = [
            weight.to(points.device).expand(n_tasks, -1, -1).clone().requires_grad_() for weight in network
        ]
        optimizer = Adam(network, lr=options.lr, eps=1e-7, fused=True)
        stopping = _EarlyStopping(n_way) if options.stop_on_query_loss else None
        for _ in range(options.epochs):
            active = torch.rand(n_way * n_shot, options.units, generator=generator) >= options.dropout
            mask = active.to(points.device, points.dtype) / (1 - options.dropout)
            optimizer.zero_grad()
            (task_losses(_logits(network, points, mask), n_way).sum()).backward()
            optimizer.step()
            if stopping is not None and stopping.all_done(lambda: _logits(network, queries)):
                break
        return stopping.logits if stopping is not None else _logits(network, queries).detach()


class _EarlyStopping:
    """Keeps each task's query logits as they were when its query loss had not fallen for two epochs."""

    def __init__(self, n_way: int):
        self.n_way, self.logits = n_way, torch.empty(0)
        self.best = self.wait = torch.zeros(0)

    @torch.no_grad()
    def all_done(self, query_logits: Callable[[], Tensor]) -> bool:
        logits = query_logits()
        losses = task_losses(logits, self.n_way)
        if len(self.best) == 0:
            self.best, self.wait, self.logits = losses, torch.zeros_like(losses), logits
            return False
        done = self.wait >= PATIENCE
        self.logits = torch.where(done[:, None, None], self.logits, logits)
        waited = torch.where(losses < self.best, 0, self.wait + 1)
        self.wait = torch.where(done, self.wait, waited)
        self.best = torch.minimum(self.best, losses)
        return bool((self.wait >= PATIENCE).all())


def task_losses(logits: Float[Tensor, "n_tasks n_items n_way"], n_way: int) -> Float[Tensor, " n_tasks"]:
    """Return each task's mean cross-entropy over items that stand class by class, as many of each."""
    n_tasks, n_items, _ = logits.shape
    labels = torch.arange(n_way, device=logits.device).repeat_interleave(n_items // n_way).repeat(n_tasks)
    return F.cross_entropy(logits.flatten(0, 1), labels, reduction="none").unflatten(0, (n_tasks, -1)).mean(1)


def _network(dim: int, units: int, n_way: int, generator: torch.Generator) -> list[Tensor]:
    """Draw the weights of both layers, Glorot-uniform, with zero biases."""

    def layer(n_in: int, n_out: int) -> list[Tensor]:
        bound = (6 / (n_in + n_out)) ** 0.5
        return [(2 * torch.rand(n_in, n_out, generator=generator) - 1) * bound, torch.zeros(1, n_out)]

    return [*layer(dim, units), *layer(units, n_way)]


def _logits(network: list[Tensor], items: Tensor, mask: Tensor | None = None) -> Tensor:
    weight, bias, out_weight, out_bias = network
    hidden = torch.relu(torch.baddbmm(bias, items, weight))
    return torch.baddbmm(out_bias, hidden if mask is None else hidden * mask, out_weight)
