"""What MAML, FOMAML and ANIL do with a task once they are trained."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import torch
from jaxtyping import Float, UInt8
from torch import Tensor

from umeta.backbones import Conv4, Moments, Weights, maml_conv4, to_pixels
from umeta.learners.inner_loop import adapt, some_tasks_at_once, tasks_at_once, weights_of
from umeta.learners.learner import LearnerState
from umeta.learners.running_statistics import named_moments
from umeta.stage import UserError


@dataclass(frozen=True)
class MamlClassifier:
    """Adapts the learned weights to each task by plain gradient descent, then scores its queries."""

    state: LearnerState
    batch_norm: str | None
    n_filters: int
    lr: float
    """Step size of the inner loop."""
    steps: int
    """Gradient steps on each task's support."""
    head_only: bool
    """Whether the last layer alone is adapted."""

    def embed(self, items: UInt8[Tensor, "n_items channels height width"]) -> UInt8[Tensor, "n_items ..."]:
        """Return the images: the network changes with the task."""
        return items

    def scores(
        self,
        support: UInt8[Tensor, "n_tasks n_way n_shot channels height width"],
        queries: UInt8[Tensor, "n_tasks n_queries channels height width"],
    ) -> Float[Tensor, "n_tasks n_queries n_way"]:
        """Return the logits of each query in the classifier's own mode."""
        return self.scores_in((self.batch_norm,), support, queries)[0]

    def scores_in(
        self,
        modes: Sequence[str | None],
        support: UInt8[Tensor, "n_tasks n_way n_shot channels height width"],
        queries: UInt8[Tensor, "n_tasks n_queries channels height width"],
    ) -> list[Float[Tensor, "n_tasks n_queries n_way"]]:
        """Return the logits of each query in each mode; transductive and support share their adaptation.

        The tasks are worked on some at a time so that memory stays small.
        """
        _, n_way, _, *item_shape = support.shape
        network = network_for(self.state, self.n_filters, item_shape, n_way, "test")
        with torch.inference_mode(False), torch.no_grad():
            parts = some_tasks_at_once(partial(self._some_scores, network, modes), network, support, queries)
        return [torch.cat(scores) for scores in zip(*parts, strict=True)]

    def scores_by_step(
        self,
        support: UInt8[Tensor, "n_tasks n_way n_shot channels height width"],
        queries: UInt8[Tensor, "n_tasks n_queries channels height width"],
    ) -> list[tuple[Float[Tensor, "n_tasks n_support n_way"], Float[Tensor, "n_tasks n_queries n_way"]]]:
        """Return the logits of the support and of the queries before the first gradient step and after each."""
        _, n_way, _, *item_shape = support.shape
        network = network_for(self.state, self.n_filters, item_shape, n_way, "test")
        logits: list[tuple[Tensor, Tensor]] = []
        with torch.inference_mode(False):
            support, queries = to_pixels(support).flatten(1, 2), to_pixels(queries)
            running = self._running(self.batch_norm)

            def score(fast: Weights) -> None:
                query_logits = self._query_scores(network, self.batch_norm, fast, support, queries)
                logits.append((network(fast, support, running), query_logits))

            self._adapted(network, support, n_way, running, watch=score)
        return logits

    def _some_scores(
        self, network: Conv4, modes: Sequence[str | None], support: Tensor, queries: Tensor
    ) -> list[Tensor]:
        n_way = support.shape[1]
        support, queries = to_pixels(support).flatten(1, 2), to_pixels(queries)
        adapted = {
            by_running: self._adapted(network, support, n_way, running)
            for by_running, running in {mode == "running": self._running(mode) for mode in modes}.items()
        }
        n_tasks, size = len(support), tasks_at_once(network, queries.shape[2:], queries.shape[1])
        some = [slice(start, start + size) for start in range(0, n_tasks, size)]
        return [
            torch.cat(
                [
                    self._query_scores(network, mode, weights_of(fast, part), support[part], queries[part])
                    for part in some
                ]
            )
            for mode, fast in ((mode, adapted[mode == "running"]) for mode in modes)
        ]

    def _query_scores(
        self, network: Conv4, mode: str | None, fast: Weights, support: Tensor, queries: Tensor
    ) -> Tensor:
        moments = network.with_moments(fast, support)[1] if mode == "support" else self._running(mode)
        return network(fast, queries, moments)

    def _running(self, mode: str | None) -> list[Moments] | None:
        return named_moments(self.state.statistics) if mode == "running" else None

    def _adapted(
        self,
        network: Conv4,
        support: Tensor,
        n_way: int,
        moments: list[Moments] | None,
        watch: Callable[[Weights], None] | None = None,
    ) -> dict[str, Tensor]:
        return adapt(
            network,
            {name: weight.detach() for name, weight in self.state.weights.items()},
            support,
            n_way,
            lr=self.lr,
            steps=self.steps,
            second_order=False,
            head_only=self.head_only,
            moments=moments,
            watch=watch,
        )


def network_for(
    state: LearnerState, n_filters: int, item_shape: Sequence[int], n_way: int, section: str
) -> Conv4:
    """Return the network that the weights are of.

    Raises:
        UserError: the tasks have more ways than its head has outputs.
    """
    channels, height, width = item_shape
    outputs = len(state.weights["head.bias"])
    if n_way > outputs:
        raise UserError(
            f"{section}.n_way={n_way} is more than the {outputs} ways that this learner was made for: its last layer "
            f"has {outputs} outputs. Lower {section}.n_way to {outputs}, or train with task.n_way={n_way}."
        )
    return maml_conv4((channels, height, width), n_filters, outputs)
