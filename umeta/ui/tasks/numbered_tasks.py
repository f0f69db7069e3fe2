"""The tasks that the controls ask for: drawn by their numbers from clusters, true classes, or random views."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from umeta.partitions import PARTITIONS, Partition
from umeta.stage import OnStep, ignore_step
from umeta.tasks import SOURCES, TaskBatch, TaskConfig, TestTasks
from umeta.tasks.label_noise import with_noise
from umeta.tasks.noisy_tasks import NoisyTasks
from umeta.tasks.numbered import draw_numbered, first_tasks
from umeta.ui.frame import state
from umeta.ui.frame.memory import remember
from umeta.ui.tasks.controls import OF_TRUE_CLASSES, TaskRequest
from umeta.wording import counted

TEST_SPLIT, TEST_TASKS, TEST_SEED = "meta_test", 1000, 0
"""The list of test tasks that a run is judged on where its config does not ask for another."""
TEXTS = {
    "partition A": "Rows are clusters of partition A.",
    "random": "Rows are clusters drawn by chance: there is nothing to learn in them.",
    "augmented": "Each row shows one image: first the image itself, then random views of it, as in UMTRA.",
    "oracle": "Rows are true classes: what pseudo-tasks try to imitate.",
    "test tasks": "Rows are true classes of images that no training sees: what every learner is judged on.",
}
"""What is said of the rows, by the page's sources."""


@dataclass(frozen=True, eq=False)
class NumberedTasks:
    """All tasks of one source and shape."""

    source: str
    """As the page names it."""
    source_key: str
    """What identifies the source in memory."""
    shape: TaskConfig
    partitions: Sequence[Partition]
    """What rows are drawn from, with noise where the dial is turned; none for augmented tasks."""
    draw: Callable[[int], TaskBatch]
    """Gives the task of a number."""
    tasks_hash: str = ""
    """Of the saved list, for test tasks."""
    before_noise: Sequence[Partition] = ()
    """The same partitions without noise, where the dial is turned."""

    @property
    def true_classes(self) -> bool:
        """Whether rows are true classes."""
        return self.source in OF_TRUE_CLASSES

    @property
    def key(self) -> str:
        """What identifies the tasks in memory."""
        return f"{self.source_key} {self.shape.model_dump_json()}"

    def first(self, n_tasks: int, on_step: OnStep = ignore_step) -> TaskBatch:
        """Return the tasks numbered from 0, as many as asked for."""
        return first_tasks(self.draw, n_tasks, on_step)

    def cluster_size(self, batch: TaskBatch, row: int) -> int:
        """Return how many images the cluster has that a row was drawn from."""
        return int((self.partitions[int(batch.origin[0])].clusters == batch.clusters[0, row]).sum())

    def has_come(self, batch: TaskBatch, row: int, item: int) -> bool:
        """Return whether the dial has put an item of a row there from another cluster."""
        if not self.before_noise:
            return False
        return int(self.before_noise[int(batch.origin[0])].clusters[item]) != int(batch.clusters[0, row])


def tasks_for(request: TaskRequest, source: str | None = None) -> NumberedTasks:
    """Return the tasks that are asked for, or those of another source and the same shape."""
    request = replace(request, source=source or request.source)
    if request.source == "test tasks":
        return _test_tasks(request.shape)
    if request.source == "augmented":
        views = SOURCES.parse("umtra").over(state.items())
        draw = partial(draw_numbered, views, request.shape)
        return NumberedTasks(request.source, f"{_dataset_key()} umtra", request.shape, (), draw)
    key, partitions = _partitions(request)
    dials, vectors = request.dials, state.embedding().vectors
    clusters = remember(
        "task source",
        state.embedding(),
        key,
        dials,
        label="Sorting clusters",
        make=lambda _: dials.over(
            state.items(), lambda: [partition.clusters for partition in partitions], lambda: vectors
        ),
    )
    draw = partial(draw_numbered, clusters, request.shape)
    if not isinstance(clusters, NoisyTasks):
        return NumberedTasks(request.source, key, request.shape, partitions, draw)
    noisy = [
        replace(partition, clusters=with_noise(partition.clusters, clusters.stand_in(number)))
        for number, partition in enumerate(partitions)
    ]
    key = f"{key} {dials.model_dump_json()}"
    return NumberedTasks(request.source, key, request.shape, noisy, draw, before_noise=partitions)


def task_description(tasks: NumberedTasks, request: TaskRequest, batch: TaskBatch) -> str:
    """Return what the rows are, what the task asks of a learner, and what guessing gets."""
    way, shot, query = tasks.shape.n_way, tasks.shape.n_shot, tasks.shape.n_query
    which = ""
    if tasks.source == "test tasks":
        which = f" It is number {request.number % TEST_TASKS} of {TEST_TASKS:,}, list `{tasks.tasks_hash}`."
    elif len(tasks.partitions) > 1 and request.partition is None:
        which = f" This one comes from partition {int(batch.origin[0]) + 1}."
    return (
        f"{TEXTS[tasks.source]}{noise_text(tasks, request)} A learner sees {counted(shot, 'labelled image')} of each "
        f"of {way} rows and must put {way * query} queries into the right row; guessing gets {1 / way:.0%} "
        f"right.{which}"
    )


def noise_text(tasks: NumberedTasks, request: TaskRequest) -> str:
    """Return what the dial of noise has done; empty where it is at rest, or where there is no partition to change."""
    if not tasks.before_noise:
        return ""
    how = "one by one" if request.dials.noise_form == "random" else "in pieces of images near each other"
    noun = "class" if tasks.true_classes else "cluster"
    return (
        f" Of their images, {request.dials.noise:.0%} have exchanged their places, {how}; those that have come from "
        f"another {noun} are framed."
    )


def partition_method(request: TaskRequest) -> Any:
    """Return the strategy whose partitions tasks are drawn from."""
    selection = state.selection()
    strategy = request.source if request.source in ("oracle", "random") else selection.partition
    options = {}
    if "n_partitions" in PARTITIONS.method_class(strategy).page_options:
        options["n_partitions"] = request.n_partitions
    return selection.partition_method(strategy, **options)


def _partitions(request: TaskRequest) -> tuple[str, Sequence[Partition]]:
    """Return what identifies the partitions that tasks are drawn from, and these."""
    method = partition_method(request)
    key, partitions = state.partition_key(method), state.partitions(method)
    if request.partition is not None and request.partition < len(partitions):
        return f"{key} {request.partition}", [partitions[request.partition]]
    return key, partitions


def _test_tasks(shape: TaskConfig) -> NumberedTasks:
    """Return the saved list of test tasks; a number beyond its end begins it again."""
    data = state.dataset()
    key = f"{_dataset_key()} {TEST_SPLIT}"
    test = remember(
        "test tasks",
        key,
        shape,
        label="Drawing test tasks",
        make=lambda _: TestTasks.draw(data, shape, n_tasks=TEST_TASKS, split=TEST_SPLIT, seed=TEST_SEED),
    )
    partitions = [Partition(classes, n_made=int(classes.max()) + 1) for classes in data.truth(TEST_SPLIT)]

    def draw(number: int) -> TaskBatch:
        place = number % TEST_TASKS
        return test.tasks[place : place + 1]

    return NumberedTasks("test tasks", key, shape, partitions, draw, test.hash)


def _dataset_key() -> str:
    return f"{state.dataset_method().model_dump_json()} {state.classes_key()}"
