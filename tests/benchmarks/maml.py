"""Meta-steps of second-order MAML, ours beside a plain loop and `torch.func.vmap`: `umeta bench maml`.

A step is all that training does with a meta-batch whose images are gathered: pixels, five inner steps, the gradient of
the query loss through them, and Adam. Equality is that of the gradients of a first step in float64: in float32 the
rounding at the kink of a ReLU decides about a unit's whole gradient, and every further inner step makes more of it.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

import torch
from torch import Tensor

from tests.benchmarks.plain_maml import Named, plain_gradients, vmap_gradients
from tests.benchmarks.side_by_side import Case, Settings, measure, side_by_side
from umeta.backbones import maml_conv4, to_pixels
from umeta.learners.maml import Maml
from umeta.learners.recorded_update import WARM_UP
from umeta.learners.running_statistics import PLAIN_MEAN_STEPS

CASES = {"20-way": (20, 8, (1, 28, 28)), "5-way": (5, 32, (1, 28, 28)), "colour": (5, 4, (3, 84, 84))}
"""Ways, tasks, and the shape of an image; 1 shot and 5 queries of each class."""
SHOTS, QUERIES = 1, 5
AT_MOST = 1e-6
"""In units of a gradient's largest element."""


def main() -> None:
    """Measure and print."""
    measure("maml", {name: partial(step, *shape) for name, shape in CASES.items()})


def step(n_way: int, n_tasks: int, item_shape: tuple[int, int, int], settings: Settings) -> Case:
    """Measure the meta-steps of one shape of tasks."""
    generator = torch.Generator().manual_seed(0)

    def images(n: int) -> Tensor:
        shape = (n_tasks, n_way, n, *item_shape)
        return torch.randint(0, 256, shape, dtype=torch.uint8, generator=generator).to(settings.device)

    support, query = images(SHOTS), images(QUERIES)
    learner = Maml(clip=1e6)  # the gradient that is compared is not cut

    def ours() -> Callable[[], Named]:
        state = learner.init(item_shape, n_way, generator=seeded(), device=settings.device)

        def one() -> Named:
            learner.step(state, support, query)
            return gradients_of(state.weights)

        return one

    def theirs(gradients: Callable[..., None]) -> Callable[[], Named]:
        network = maml_conv4(item_shape, learner.n_filters, n_way)
        weights = network.init(generator=seeded(), device=settings.device)
        leaves = {name: weight.requires_grad_() for name, weight in weights.items()}
        adam = torch.optim.Adam(leaves.values(), lr=learner.lr, fused=True)

        def one() -> Named:
            pixels = (to_pixels(part).flatten(1, 2) for part in (support, query))
            adam.zero_grad()
            gradients(network, leaves, *pixels, n_way, lr=learner.inner_lr, steps=learner.inner_steps)
            adam.step()
            return gradients_of(leaves)

        return one

    makers = {
        "ours": ours,
        "plain-loop": partial(theirs, plain_gradients),
        "parallel-metalearn": partial(theirs, vmap_gradients),
    }
    with in_float64():
        answers = {key: maker()() for key, maker in makers.items()}
    contenders = {key: maker() for key, maker in makers.items()}
    if settings.device.type == "cuda":  # the first steps of a training are not recorded yet; all others are
        for _ in range(PLAIN_MEAN_STEPS + WARM_UP):
            contenders["ours"]()
    return side_by_side(
        f"{n_way}-way, {n_tasks} tasks, {item_shape[1]} pixels, {item_shape[0]} channels",
        ours=contenders.pop("ours"),
        peers=contenders,
        at_most=AT_MOST,
        settings=settings,
        answers=answers,
    )


def gradients_of(weights: Named) -> Named:
    """Return the gradients that the last step left behind."""
    return {name: weight.grad.clone() for name, weight in weights.items() if weight.grad is not None}


@contextmanager
def in_float64() -> Iterator[None]:
    """Let new weights and pixels be of float64."""
    torch.set_default_dtype(torch.float64)
    yield
    torch.set_default_dtype(torch.float32)


def seeded() -> torch.Generator:
    """Return the generator that all contenders draw their initial weights with."""
    return torch.Generator().manual_seed(1)


if __name__ == "__main__":
    main()
