"""Prototypical networks."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import torch
import torch.nn.functional as F
from jaxtyping import Float, Shaped, UInt8
from pydantic import Field
from torch import Tensor

from umeta.backbones import Conv4, cosine, pooled_conv4, to_pixels
from umeta.learners.learner import Learner, LearnerState
from umeta.learners.recorded_update import adam, run_update
from umeta.learners.running_statistics import named_moments, update_statistics
from umeta.stage import UserError

IMAGES_AT_ONCE = 256  # of 28×28: enough to fill the cores, 50 MB of activations


class ProtoNets(Learner):
    """Learn an embedding in which an item's class is the one whose support has the nearest mean.

    Support and queries of a task pass the network together in training; the loss is the mean cross-entropy of the
    negative squared Euclidean distances.

    Reference: Snell, Swersky, Zemel, "Prototypical Networks for Few-shot Learning", NeurIPS 2017, algorithm 1;
    settings of Hsu, Levine, Finn, "Unsupervised Learning via Meta-Learning", ICLR 2019, table 6.
    """

    budgets: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        "smoke": {"iterations": 10, "n_filters": 16},
        # four episodes of each pass learn as much in an eighth of the time: chosen on meta_val, see the study omniglot
        "short": {"iterations": 2_000, "lr": 3e-3, "lr_decay": "cosine", "episodes_per_pass": 4},
        "paper": {"iterations": 30_000},
    }

    name: Literal["protonets"] = "protonets"
    iterations: int = Field(default=30_000, ge=1)
    tasks_per_step: int = Field(default=1, ge=1)
    lr: float = Field(default=1e-3, gt=0)
    lr_decay: Literal["none", "cosine"] = "none"
    """Constant as in the paper, or down to 0 by half a cosine, which ends short trainings at better weights."""
    n_filters: int = Field(default=64, ge=1)
    episodes_per_pass: int = Field(default=1, ge=1, exclude_if=lambda n: n == 1)
    """Episodes of each task after one pass of its images, at most one for each image of a class: the support is other
    n_shot images of every class each time."""
    batch_norm: Literal["running", "support", "transductive"] = "running"
    """How the trained network normalises: by running averages, by the support's moments, or by those of support and
    queries together, as in training."""

    @property
    def task_defaults(self) -> Mapping[str, int]:
        """The paper's 15 queries; of several episodes a pass, so many that of one shot each image is it once."""
        return {"n_query": 15 if self.episodes_per_pass == 1 else self.episodes_per_pass - 1}

    @property
    def label(self) -> str:
        """The name in results."""
        return "ProtoNets"

    @property
    def test_batch_norms(self) -> tuple[str | None, ...]:
        """The one chosen mode."""
        return (self.batch_norm,)

    def init(
        self,
        item_shape: tuple[int, int, int],
        n_way: int,
        *,
        generator: torch.Generator,
        device: torch.device,
    ) -> LearnerState:
        """Return fresh weights; the number of ways has no part in them."""
        network = network_for(item_shape, self.n_filters)
        if network.n_features == 0:
            raise UserError(
                f"learner=protonets halves images four times, so it needs 16 pixels or more; these have "
                f"{item_shape[1]} × {item_shape[2]}. Set a larger dataset.size."
            )
        weights = network.init(generator=generator, device=device)
        for weight in weights.values():
            weight.requires_grad_()
        return LearnerState(weights, {}, adam(weights, self.lr))

    def step(
        self,
        state: LearnerState,
        support: UInt8[Tensor, "n_tasks n_way n_shot channels height width"],
        query: UInt8[Tensor, "n_tasks n_way n_query channels height width"],
    ) -> Mapping[str, float]:
        """Move the weights down the mean gradient of the tasks' query losses, one task at a time."""
        if self.lr_decay == "cosine":
            cosine(state.optimizer, self.lr, state.step / self.iterations)
        loss, n_correct = run_update(self._update, state, support, query)
        state.step += 1
        return {
            "loss": loss,
            "accuracy": n_correct / (query.shape[:3].numel() * self._n_episodes(support, query)),
        }

    def _update(self, state: LearnerState, support: Tensor, query: Tensor) -> Float[Tensor, "2"]:
        """Move the weights by a batch of tasks and return their mean loss and how many queries are right."""
        n_tasks, n_way, n_shot, *item_shape = support.shape
        n_episodes = self._n_episodes(support, query)
        network = network_for(item_shape, self.n_filters)
        labels = torch.arange(n_way, device=query.device).repeat_interleave(query.shape[2])
        state.optimizer.zero_grad()
        losses, n_correct, moments = [], [], []
        for task in range(n_tasks):
            images = to_pixels(torch.cat([support[task].flatten(0, 1), query[task].flatten(0, 1)]))
            features, task_moments = network.with_moments(state.weights, images[None])
            parts = features.split([n_way * n_shot, len(labels)], dim=1)
            drawn = episodes(*(part.unflatten(1, (n_way, -1)) for part in parts), n=n_episodes)
            scores = [prototype_scores(known, asked.flatten(1, 2))[0] for known, asked in drawn]
            task_loss = torch.stack([F.cross_entropy(one, labels) for one in scores]).sum()
            task_loss = task_loss / (n_tasks * n_episodes)
            task_loss.backward()
            losses.append(task_loss.detach())
            n_correct += [(one.argmax(-1) == labels).sum() for one in scores]
            moments.append(task_moments)
        state.optimizer.step()
        update_statistics(state, moments)
        return torch.stack([torch.stack(losses).sum(), torch.stack(n_correct).sum().float()])

    def _n_episodes(self, support: Tensor, query: Tensor) -> int:
        return min(self.episodes_per_pass, support.shape[2] + query.shape[2])

    def classifier(self, state: LearnerState, *, batch_norm: str | None) -> "ProtoNetsClassifier":
        """Return the trained learner in one batch-norm mode, for tasks of any way and shot."""
        if batch_norm == "running" and not state.statistics:
            raise UserError("batch_norm=running needs running averages: train for one step at least.")
        return ProtoNetsClassifier(state, batch_norm, self.n_filters)


@dataclass(frozen=True)
class ProtoNetsClassifier:
    """Scores queries by their distance to the mean of each class's support."""

    state: LearnerState
    batch_norm: str | None
    n_filters: int

    def embed(self, items: UInt8[Tensor, "n_items channels height width"]) -> Shaped[Tensor, "n_items ..."]:
        """Run the network, each image by itself, in running mode; else return the images."""
        if self.batch_norm != "running":
            return items
        network = network_for(items.shape[1:], self.n_filters)
        running = named_moments(self.state.statistics)
        at_once = max(1, IMAGES_AT_ONCE * 28 * 28 // items.shape[-2:].numel())
        with torch.inference_mode():
            parts = (to_pixels(part)[None] for part in items.split(at_once))
            return torch.cat([network(self.state.weights, part, running)[0] for part in parts])

    def scores(
        self,
        support: Shaped[Tensor, "n_tasks n_way n_shot ..."],
        queries: Shaped[Tensor, "n_tasks n_queries ..."],
    ) -> Float[Tensor, "n_tasks n_queries n_way"]:
        """Return the negative squared Euclidean distances to the prototypes."""
        with torch.inference_mode():
            if self.batch_norm == "running":
                return prototype_scores(support, queries)
            network = network_for(support.shape[3:], self.n_filters)
            pairs = zip(support.split(1), queries.split(1), strict=True)
            return torch.cat([self._task_scores(network, *pair) for pair in pairs])

    def _task_scores(self, network: Conv4, support: Tensor, queries: Tensor) -> Tensor:
        n_way, n_shot = support.shape[1:3]
        support, queries = to_pixels(support).flatten(1, 2), to_pixels(queries)
        if self.batch_norm == "support":
            support_features, moments = network.with_moments(self.state.weights, support)
            query_features = network(self.state.weights, queries, moments)
        else:
            features = network(self.state.weights, torch.cat([support, queries], dim=1))
            support_features, query_features = features.split([support.shape[1], queries.shape[1]], dim=1)
        return prototype_scores(support_features.unflatten(1, (n_way, n_shot)), query_features)


def episodes(
    support: Float[Tensor, "1 n_way n_shot dim"], query: Float[Tensor, "1 n_way n_query dim"], n: int
) -> Iterator[tuple[Tensor, Tensor]]:
    """Yield the episode as it was drawn, then those in which the support begins further on, by equal steps."""
    yield support, query
    n_shot, items = support.shape[2], torch.cat([support, query], dim=2)
    for turn in range(1, n):
        turned = items.roll(-(turn * items.shape[2] // n), dims=2)
        yield turned[:, :, :n_shot], turned[:, :, n_shot:]


def prototype_scores(
    support: Float[Tensor, "n_tasks n_way n_shot dim"], queries: Float[Tensor, "n_tasks n_queries dim"]
) -> Float[Tensor, "n_tasks n_queries n_way"]:
    """Return the negative squared Euclidean distance of each query to the mean of each class."""
    prototypes = support.mean(2)
    cross = queries @ prototypes.mT
    return 2 * cross - queries.square().sum(-1)[:, :, None] - prototypes.square().sum(-1)[:, None, :]


def network_for(item_shape: Sequence[int], n_filters: int) -> Conv4:
    """Return the network for images of `(channels, height, width)`."""
    channels, height, width = item_shape
    return pooled_conv4((channels, height, width), n_filters=n_filters)
