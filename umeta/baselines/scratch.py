"""The learners' network, trained from random weights on each task's support."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import torch
from jaxtyping import Float, UInt8
from pydantic import Field
from torch import Tensor

from umeta.backbones import Conv4, maml_conv4, to_pixels
from umeta.baselines.baseline import Baseline
from umeta.cache import Arrays
from umeta.learners.inner_loop import adapt, some_tasks_at_once, tasks_at_once, weights_of
from umeta.randomness import Stream, torch_generator


class Scratch(Baseline):
    """Training from scratch: MAML's network, loss and batch norm, from random weights instead of learned ones.

    Each task starts from random weights of its own, which follow from the run's seed and the task's support, so
    that a task's result does not depend on the tasks beside it.
    """

    budgets: ClassVar[Mapping[str, Mapping[str, Any]]] = {"smoke": {"steps": 5}}
    works_on: ClassVar[Literal["embeddings", "images"]] = "images"
    batch_norm: ClassVar[str | None] = "transductive"

    name: Literal["scratch"] = "scratch"
    lr: float = Field(default=0.1, gt=0)
    steps: int = Field(default=200, ge=1)
    n_filters: int = Field(default=32, ge=1)

    @property
    def test_gradient_steps(self) -> int:
        """Gradient steps on each task."""
        return self.steps

    def classifier(
        self,
        state: Arrays,
        item_shape: tuple[int, ...],
        n_way: int,
        *,
        generator: torch.Generator,
        device: torch.device,
    ) -> "ScratchClassifier":
        """Return the solver for images of (channels, height, width)."""
        channels, height, width = item_shape
        seed = int(torch.randint(2**40, (), generator=generator))
        return ScratchClassifier(
            self, maml_conv4((channels, height, width), self.n_filters, n_way), seed, device
        )


@dataclass(frozen=True)
class ScratchClassifier:
    """Trains a fresh network for each task, many tasks at once."""

    options: Scratch
    network: Conv4
    seed: int
    device: torch.device

    @property
    def steps(self) -> int:
        """Gradient steps on each task."""
        return self.options.steps

    def embed(self, items: UInt8[Tensor, "n_items channels height width"]) -> UInt8[Tensor, "n_items ..."]:
        """Return the images: the network changes with the task."""
        return items

    def scores(
        self,
        support: UInt8[Tensor, "n_tasks n_way n_shot channels height width"],
        queries: UInt8[Tensor, "n_tasks n_queries channels height width"],
    ) -> Float[Tensor, "n_tasks n_queries n_way"]:
        """Return the logits of each query, the tasks some at a time so that memory stays small."""
        with torch.inference_mode(False), torch.no_grad():
            return torch.cat(some_tasks_at_once(self._some_scores, self.network, support, queries))

    def _some_scores(self, support: Tensor, queries: Tensor) -> Tensor:
        n_way = support.shape[1]
        fast = adapt(
            self.network,
            self.random_weights(support),
            to_pixels(support).flatten(1, 2),
            n_way,
            lr=self.options.lr,
            steps=self.options.steps,
            second_order=False,
        )
        size = tasks_at_once(self.network, queries.shape[2:], queries.shape[1])
        parts = [slice(start, start + size) for start in range(0, len(queries), size)]
        scores = [self.network(weights_of(fast, part), to_pixels(queries[part])) for part in parts]
        return torch.cat(scores)

    def random_weights(self, support: Tensor) -> dict[str, Tensor]:
        """Return the weights that each of these tasks starts from."""
        generators = [
            torch_generator(self.seed + int(ink), Stream.SCRATCH) for ink in support.flatten(1).sum(1)
        ]
        by_task = [self.network.init(generator=generator, device=self.device) for generator in generators]
        return {name: torch.stack([weights[name] for weights in by_task]) for name in by_task[0]}
