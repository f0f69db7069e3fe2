"""MAML's adaptation to test tasks and training from scratch, beside a plain loop and `torch.func`: `umeta bench adapt`.

Each task takes gradient steps on its support from learned weights, or more of them from random weights of its own, and
then scores its queries, normalised by themselves. Equality is that of the logits in float64, of a few tasks after a few
steps: float32 rounds differently at every step, and gradient descent from random weights makes more of it.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import torch
from torch import Tensor

from tests.benchmarks.maml import in_float64, seeded
from tests.benchmarks.plain_maml import Named, forward, plain_adapt, vmap_adapt
from tests.benchmarks.side_by_side import Case, Settings, measure, side_by_side
from umeta.backbones import Conv4, maml_conv4, to_pixels
from umeta.baselines.scratch import Scratch, ScratchClassifier
from umeta.learners.maml import Maml

SHAPE = (1, 28, 28)
TASKS = {"5-way": (5, 1, 100), "20-way": (20, 5, 25)}
"""Ways, shots and tasks; 15 queries of each class. A longer list costs each side as much a task as these, since none
takes more than `AT_ONCE` of it together."""
QUERIES = 15
AT_ONCE = 25
"""Tasks that the peers in parallel take together, as many as `umeta.evaluation` hands over at once."""
AT_MOST = 1e-6


def main() -> None:
    """Measure and print."""
    cases = {f"adapt-{name}": partial(adapt, *shape) for name, shape in TASKS.items()}
    cases |= {f"scratch-{name}": partial(scratch, *shape) for name, shape in TASKS.items()}
    measure("adapt", cases)


def adapt(n_way: int, n_shot: int, n_tasks: int, settings: Settings) -> Case:
    """Measure MAML's adaptation from one set of weights."""
    learner = Maml()

    def makers(steps: int, n_tasks: int) -> dict[str, Callable[[], Tensor]]:
        support, queries = images(n_way, n_shot, n_tasks, settings.device)
        state = learner.init(SHAPE, n_way, generator=seeded(), device=settings.device)
        weights = {name: weight.detach() for name, weight in state.weights.items()}
        shared = {name: weight.expand(n_tasks, *weight.shape) for name, weight in weights.items()}
        own = replace(learner.classifier(state, batch_norm="transductive"), steps=steps)
        peers = contenders(maml_conv4(SHAPE, 32, n_way), shared, support, queries, learner.inner_lr, steps)
        return {"ours": lambda: in_chunks(own.scores, support, queries), **peers}

    steps = learner.test_inner_steps
    return compared(f"adapt, {n_way}-way {n_shot}-shot, {n_tasks} tasks", makers, steps, n_tasks, settings)


def scratch(n_way: int, n_shot: int, n_tasks: int, settings: Settings) -> Case:
    """Measure training from random weights of each task's own."""
    options = Scratch()

    def makers(steps: int, n_tasks: int) -> dict[str, Callable[[], Tensor]]:
        support, queries = images(n_way, n_shot, n_tasks, settings.device)
        network = maml_conv4(SHAPE, 32, n_way)
        own = ScratchClassifier(options.model_copy(update={"steps": steps}), network, 0, settings.device)
        weights = own.random_weights(support)
        peers = contenders(network, weights, support, queries, options.lr, steps)
        return {"ours": lambda: in_chunks(own.scores, support, queries), **peers}

    name = f"scratch, {n_way}-way {n_shot}-shot, {n_tasks} tasks"
    return compared(name, makers, options.steps, n_tasks, settings)


def compared(
    name: str,
    makers: Callable[[int, int], dict[str, Callable[[], Tensor]]],
    steps: int,
    n_tasks: int,
    settings: Settings,
) -> Case:
    """Compare the logits of two tasks after five steps in float64, and time all tasks and steps."""
    with in_float64():
        answers = {key: one() for key, one in makers(5, 2).items()}
    timed = makers(steps, n_tasks)
    return side_by_side(
        name, ours=timed.pop("ours"), peers=timed, at_most=AT_MOST, settings=settings, answers=answers
    )


def contenders(
    network: Conv4, weights: Named, support: Tensor, queries: Tensor, lr: float, steps: int
) -> dict[str, Callable[[], Tensor]]:
    """Return the peers, given each task's initial weights."""
    n_way = support.shape[1]

    def loop() -> Tensor:
        logits = []
        for task, (some_support, some_queries) in enumerate(zip(support, queries, strict=True)):
            start = {name: weight[task].detach().requires_grad_() for name, weight in weights.items()}
            items = to_pixels(some_support).flatten(0, 1)
            fast = plain_adapt(network, start, items, n_way, lr=lr, steps=steps, second_order=False)
            with torch.no_grad():
                logits.append(forward(network, fast, to_pixels(some_queries)))
        return torch.stack(logits)

    def parallel() -> Tensor:
        adapt = vmap_adapt(network, n_way, lr=lr, steps=steps)

        def one(weights: Named, support: Tensor, queries: Tensor) -> Tensor:
            return forward(network, adapt(weights, support), queries)

        def some(start: int) -> Tensor:
            part = slice(start, start + AT_ONCE)
            pixels = to_pixels(support[part]).flatten(1, 2), to_pixels(queries[part])
            return torch.func.vmap(one)({name: weight[part] for name, weight in weights.items()}, *pixels)

        with torch.no_grad():
            return torch.cat([some(start) for start in range(0, len(support), AT_ONCE)])

    return {"plain-loop": loop, "parallel-metalearn": parallel}


def in_chunks(scores: Callable[[Tensor, Tensor], Tensor], support: Tensor, queries: Tensor) -> Tensor:
    """Score as many tasks at once as an evaluation does."""
    pairs = zip(support.split(AT_ONCE), queries.split(AT_ONCE), strict=True)
    return torch.cat([scores(*pair) for pair in pairs])


def images(n_way: int, n_shot: int, n_tasks: int, device: torch.device) -> tuple[Tensor, Tensor]:
    """Return the support and the queries of tasks of random pixels."""
    generator = torch.Generator().manual_seed(0)
    shape = (n_tasks, n_way, n_shot + QUERIES, *SHAPE)
    drawn = torch.randint(0, 256, shape, dtype=torch.uint8, generator=generator).to(device)
    return drawn[:, :, :n_shot], drawn[:, :, n_shot:].flatten(1, 2)


if __name__ == "__main__":
    main()
