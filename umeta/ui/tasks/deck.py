"""Tasks by their numbers: the same number, source and shape give the same task on any machine."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from umeta.partitions import PARTITIONS, Partition
from umeta.stage import OnStep, Step, ignore_step
from umeta.tasks import SOURCES, PartitionSource, TaskBatch, TaskConfig, TaskSource, TestTasks
from umeta.ui.frame import state
from umeta.ui.tasks.controls import NEED_CLASSES, Asked

TEST_SPLIT, TEST_TASKS, TEST_SEED = "meta_test", 1000, 0
"""The list of test tasks that a run is judged on where its config does not ask for another."""
TEXTS = {
    "partition A": "Rows are clusters of partition A.",
    "random": "Rows are clusters drawn by chance: there is nothing to learn in them.",
    "augmented": "Each row is one image; all but the first in it are random views of that image, as in UMTRA.",
    "oracle": "Rows are true classes: what pseudo-tasks try to imitate.",
    "test tasks": "Rows are true classes of images that no training sees: what every learner is judged on.",
}


@dataclass(frozen=True, eq=False)
class Deck:
    """All tasks of one source and shape."""

    kind: str
    """A name of `SOURCES` on the page."""
    name: str
    """What identifies the deck in memory, its shape apart."""
    shape: TaskConfig
    partitions: Sequence[Partition]
    """What rows are drawn from; none for augmented tasks."""
    draw: Callable[[int], TaskBatch]
    """Gives the task of a number."""
    tasks_hash: str = ""
    """Of the saved list, for test tasks."""

    @property
    def true_classes(self) -> bool:
        """Whether rows are true classes."""
        return self.kind in NEED_CLASSES

    @property
    def key(self) -> str:
        """What identifies the deck in memory."""
        return f"{self.name} {self.shape.model_dump_json()}"

    def first(self, n_tasks: int, on_step: OnStep = ignore_step) -> TaskBatch:
        """Return the tasks numbered from 0, as many as asked for."""
        drawn = []
        for number in range(n_tasks):
            drawn.append(self.draw(number))
            if number % 50 == 49:
                on_step(Step("tasks", number + 1, n_tasks))
        return join(drawn)

    def cluster_size(self, batch: TaskBatch, row: int) -> int:
        """Return how many images the cluster has that a row was drawn from."""
        return int((self.partitions[int(batch.origin[0])].clusters == batch.clusters[0, row]).sum())


def deck_of(asked: Asked, kind: str | None = None) -> Deck:
    """Return the deck that is asked for, or the same with tasks of another kind."""
    asked = replace(asked, source=kind or asked.source)
    if asked.source == "test tasks":
        return _test_deck(asked.shape)
    if asked.source == "augmented":
        source = SOURCES.parse("umtra").over(state.items())
        return Deck(asked.source, f"{_images()} umtra", asked.shape, (), _numbered(source, asked.shape))
    name, partitions = _partitions(asked)
    source = state.remember(
        "task source",
        f"{state.embedding_key()} {name}",
        "Sorting clusters",
        lambda _: PartitionSource([partition.clusters for partition in partitions]),
    )
    return Deck(asked.source, name, asked.shape, partitions, _numbered(source, asked.shape))


def draw_numbered(source: TaskSource, shape: TaskConfig, number: int) -> TaskBatch:
    """Draw the task of a number."""
    return source.sample(1, shape, rng=np.random.default_rng([number, 7]))


def join(tasks: Sequence[TaskBatch]) -> TaskBatch:
    """Return tasks of one shape and source as one batch."""
    views = tasks[0].views
    if views is not None:
        views = replace(views, seeds=np.concatenate([one.views.seeds for one in tasks if one.views]))
    arrays = {
        name: np.concatenate([getattr(one, name) for one in tasks])
        for name in ("support", "query", "origin", "clusters")
    }
    return TaskBatch(**arrays, views=views)


def in_words(deck: Deck, asked: Asked, batch: TaskBatch) -> str:
    """Say what the rows are and what the task asks of a learner."""
    way, shot, query = deck.shape.n_way, deck.shape.n_shot, deck.shape.n_query
    which = ""
    if deck.kind == "test tasks":
        which = f" It is number {asked.task % TEST_TASKS} of {TEST_TASKS:,}, list `{deck.tasks_hash}`."
    elif len(deck.partitions) > 1 and asked.number is None:
        which = f" This one comes from partition {int(batch.origin[0]) + 1}."
    return (
        f"{TEXTS[deck.kind]} A learner sees {shot} labelled {'image' if shot == 1 else 'images'} of each of {way} "
        f"rows and must put {way * query} queries into the right row; guessing gets {1 / way:.0%} right.{which}"
    )


def _numbered(source: TaskSource, shape: TaskConfig) -> Callable[[int], TaskBatch]:
    return lambda number: draw_numbered(source, shape, number)


def _partitions(asked: Asked) -> tuple[str, Sequence[Partition]]:
    """Return the partitions that tasks are drawn from, and what identifies them."""
    choose = state.selection().partition_method
    method: Any
    if asked.source == "oracle":
        method = PARTITIONS.parse("oracle")
    elif asked.source == "random":
        method = choose("random", n_partitions=asked.n_partitions)
    elif state.selection().partition == "oracle":
        method = choose()
    else:
        method = choose(n_partitions=asked.n_partitions)
    made = state.partitions(method)
    if asked.number is not None and asked.number < len(made):
        return f"{method.model_dump_json()} {asked.number}", [made[asked.number]]
    return method.model_dump_json(), made


def _test_deck(shape: TaskConfig) -> Deck:
    data = state.dataset()
    name = f"{_images()} {TEST_SPLIT}"
    listed = state.remember(
        "test tasks",
        f"{name} {shape.model_dump_json()}",
        "Drawing test tasks",
        lambda _: TestTasks.draw(data, shape, n_tasks=TEST_TASKS, split=TEST_SPLIT, seed=TEST_SEED),
    )
    partitions = [Partition(classes, n_made=int(classes.max()) + 1) for classes in data.truth(TEST_SPLIT)]

    def draw(number: int) -> TaskBatch:
        place = number % TEST_TASKS
        return listed.tasks[place : place + 1]

    return Deck("test tasks", name, shape, partitions, draw, listed.hash)


def _images() -> str:
    return state.selection().dataset_method().model_dump_json()
