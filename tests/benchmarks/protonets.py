"""ProtoNets, ours beside easyfsl's: `umeta bench protonets [--only episodes accuracy] [--device cuda]`.

*episodes*: training steps of one 20-way 1-shot episode with 15 queries a class, on the same images, from the same
weights of the paper's Conv-4, with Adam. Equality is that of the loss and the gradients of a first step in float64.
easyfsl's tutorial passes support and queries through the backbone one after the other, so that each is normalised by
itself; here both contenders pass them together.

*accuracy*: trained once on the true classes of Omniglot, in turns. easyfsl takes 800 such episodes at the paper's
learning rate; ours has 4 images of a class in a task, each of them the support of one of the 4 episodes of a pass, and
a higher rate that falls. The equality figure is by how much ours is then less accurate on 20-way 1-shot tasks of
meta_val, 0 at most.
"""

import sys
from collections.abc import Callable, Iterator

import numpy as np
import torch
from torch import Tensor

import umeta
from tests.benchmarks.in_turns import in_turns
from tests.benchmarks.maml import gradients_of, in_float64, seeded
from tests.benchmarks.plain_maml import Named
from tests.benchmarks.plain_protonets import (
    BackboneClassifier,
    LabelledImages,
    PlainProtoNets,
    episodes_of,
)
from tests.benchmarks.side_by_side import Case, Settings, measure, side_by_side
from umeta.api import Data
from umeta.backbones import to_pixels
from umeta.evaluation import evaluate
from umeta.learners.protonets import ProtoNets
from umeta.learners.training import resident, take_tasks
from umeta.tasks import FewShotClassifier, PartitionSource, TaskConfig, TestTasks

EPISODE = TaskConfig(n_way=20, n_shot=1, n_query=15)
ITEM_SHAPE = (1, 28, 28)
N_EPISODES = 5
AT_MOST = 1e-6
"""In units of a gradient's largest element."""

PLAIN_EPISODES, PARTS = 800, 20
FEW_IMAGES = TaskConfig(n_way=20, n_shot=1, n_query=3)
QUICK = ProtoNets(iterations=800, episodes_per_pass=4, lr=3e-3, lr_decay="cosine")


def main() -> None:
    """Measure and print, as JSON with `--json`."""
    cases = {"episodes": episodes, "accuracy": accuracy}
    measure("protonets", cases, packages=("torch", "numpy", "easyfsl"))


def episodes(settings: Settings) -> Case:
    """Training steps whose images are gathered."""
    generator = torch.Generator().manual_seed(0)

    def images(n: int) -> Tensor:
        shape = (1, EPISODE.n_way, n, *ITEM_SHAPE)
        return torch.randint(0, 256, shape, dtype=torch.uint8, generator=generator).to(settings.device)

    support, query = images(EPISODE.n_shot), images(EPISODE.n_query)
    labels = torch.arange(EPISODE.n_way, device=settings.device)
    query_labels = labels.repeat_interleave(EPISODE.n_query)
    learner = ProtoNets()

    def ours(n: int) -> Callable[[], Named]:
        state = learner.init(ITEM_SHAPE, EPISODE.n_way, generator=seeded(), device=settings.device)

        def some() -> Named:
            losses = [learner.step(state, support, query)["loss"] for _ in range(n)]
            return gradients_of(state.weights) | {"loss": torch.tensor(losses[-1])}

        return some

    def theirs(n: int) -> Callable[[], Named]:
        plain = PlainProtoNets(ITEM_SHAPE, generator=seeded(), device=settings.device)

        def some() -> Named:
            losses = []
            for _ in range(n):
                known, asked = (to_pixels(part[0]).flatten(0, 1) for part in (support, query))
                losses.append(plain.step(known, labels, asked, query_labels))
            return gradients_of(plain.weights) | {"loss": torch.tensor(losses[-1])}

        return some

    with in_float64():
        answers = {"ours": ours(1)(), "easyfsl": theirs(1)()}
    return side_by_side(
        f"{N_EPISODES} episodes, 20-way 1-shot, 15 queries",
        ours=ours(N_EPISODES),
        peers={"easyfsl": theirs(N_EPISODES)},
        at_most=AT_MOST,
        settings=settings,
        answers=answers,
    )


def accuracy(settings: Settings) -> Case:
    """Trainings to one accuracy."""
    data = umeta.load("omniglot")
    contenders = {"ours": few_images(data, settings), "easyfsl": plain_episodes(data, settings)}
    seconds, trained = dict[str, float](), dict[str, FewShotClassifier]()
    for key, so_far, classifier in in_turns(contenders, settings):
        seconds[key], trained[key] = so_far, classifier
    tasks = TestTasks.draw(data.dataset, EPISODE, n_tasks=1000, split="meta_val", seed=0).tasks
    images = torch.from_numpy(np.array(data.images.images))
    reached = {
        key: float(evaluate(one, images, tasks, device=settings.device).mean())
        for key, one in trained.items()
    }
    name = f"to the accuracy of {PLAIN_EPISODES} plain episodes"
    sys.stderr.write(f"{name}: {reached}\n")
    shortfall = reached["easyfsl"] - reached["ours"]
    if shortfall > 0:
        raise AssertionError(f"{name}: ours is {shortfall:.3g} less accurate")
    own, other = seconds["ours"], seconds["easyfsl"]
    runs = {key: [value] for key, value in seconds.items()}
    return Case(name, own, {"easyfsl": other}, {"easyfsl": other / own}, {"easyfsl": shortfall}, runs)


def few_images(data: Data, settings: Settings) -> Iterator[FewShotClassifier]:
    """Train ours, part by part."""
    source = PartitionSource(data.dataset.truth("meta_train"))
    images, rng = resident(data.images, settings.device), np.random.default_rng(0)
    state = QUICK.init(ITEM_SHAPE, FEW_IMAGES.n_way, generator=seeded(), device=settings.device)
    for step in range(1, QUICK.iterations + 1):
        batch = source.sample(1, FEW_IMAGES, rng=rng)
        QUICK.step(state, *take_tasks(images, batch, settings.device))
        if step % (QUICK.iterations // PARTS) == 0:
            yield QUICK.classifier(state, batch_norm="running")


def plain_episodes(data: Data, settings: Settings) -> Iterator[FewShotClassifier]:
    """Train easyfsl's, part by part."""
    items = data.meta_train
    dataset = LabelledImages(data.images.images, items.tolist(), data.dataset.classes.values[items].tolist())
    plain = PlainProtoNets(ITEM_SHAPE, generator=seeded(), device=settings.device)
    drawn = episodes_of(dataset, EPISODE, PLAIN_EPISODES, settings.device)
    for step, episode in enumerate(drawn, start=1):
        plain.step(*episode)
        if step % (PLAIN_EPISODES // PARTS) == 0:
            yield BackboneClassifier(plain.backbone)


if __name__ == "__main__":
    main()
