"""Tasks a second from 100 partitions, beside easyfsl's sampler and a loop over tasks: `umeta bench tasks`.

20-way tasks of 1 support and 5 query items, from 100 partitions of 22,000 items into 500 clusters: 10,000 as item
numbers, 800 in steps of 8 as in training, and 1,000 in such steps with their pixels of 1 × 28 × 28. easyfsl's sampler
knows one labelling: it gets a sampler for each partition, over the clusters that are large enough. The plain loop
chooses a partition, clusters and items by numpy, task by task. The figure of equality is the share of rows that break
what all promise: one cluster in a row, another in each, no item twice.
"""

from collections.abc import Callable, Sequence
from functools import cache
from itertools import islice
from typing import Any

import numpy as np
import torch

from tests.benchmarks.plain_protonets import task_sampler
from tests.benchmarks.side_by_side import Case, Settings, measure, side_by_side
from umeta.learners.training import take_tasks, tasks_of_steps
from umeta.tasks import PartitionSource, TaskBatch, TaskConfig

N_ITEMS, N_PARTITIONS, N_CLUSTERS, SIDE = 22_000, 100, 500, 28
SHAPE = TaskConfig(n_way=20, n_shot=1, n_query=5)
TASKS_PER_STEP = 8
ROWS = (SHAPE.n_way, SHAPE.items_per_class)

Tasks = list[tuple[int, np.ndarray]]
"""Of each task its partition and its item numbers, (n_way, n_shot + n_query)."""


def main() -> None:
    """Measure and print, as JSON with `--json`."""
    cases = {
        "index": index_tasks,
        "steps": tasks_in_steps,
        "pixels": pixels,
    }
    measure("tasks", cases, packages=("torch", "numpy", "easyfsl"))


def index_tasks(settings: Settings, n_tasks: int = 10_000) -> Case:
    """Tasks as item numbers, all at once."""
    source = PartitionSource(partitions())

    def ours() -> list[TaskBatch]:
        return [source.sample(n_tasks, SHAPE, rng=np.random.default_rng(0))]

    return beside(f"{n_tasks:,} tasks at once", ours, n_tasks, settings)


def tasks_in_steps(settings: Settings, n_tasks: int = 800) -> Case:
    """Tasks as item numbers, step by step."""
    source = PartitionSource(partitions())

    def ours() -> list[TaskBatch]:
        return list(islice(tasks_of_steps(source, SHAPE, TASKS_PER_STEP, seed=0), n_tasks // TASKS_PER_STEP))

    return beside(f"{n_tasks:,} tasks, steps of {TASKS_PER_STEP}", ours, n_tasks, settings)


def beside(name: str, ours: Callable[[], list[TaskBatch]], n_tasks: int, settings: Settings) -> Case:
    """Measure our item numbers beside those of easyfsl and of the plain loop."""
    return side_by_side(
        name,
        ours=ours,
        peers={"easyfsl": lambda: easyfsl_tasks(n_tasks), "plain-loop": lambda: plain_tasks(n_tasks)},
        at_most=0,
        difference=lambda ours, theirs: broken_rows(one_by_one(ours)) + broken_rows(theirs),
        settings=settings,
    )


def pixels(settings: Settings, n_tasks: int = 1000) -> Case:
    """Tasks with their images on the device, step by step."""
    source, items = PartitionSource(partitions()), images()
    on_device = items.to(settings.device)

    def ours() -> int:
        steps = tasks_of_steps(source, SHAPE, TASKS_PER_STEP, seed=0)
        batches = islice(steps, n_tasks // TASKS_PER_STEP)
        return sum(len(take_tasks(on_device, batch, settings.device)[0]) for batch in batches)

    def easyfsl() -> int:
        loaders = [
            iter(
                torch.utils.data.DataLoader(Images(p), batch_sampler=one, collate_fn=one.episodic_collate_fn)
            )
            for p, one in enumerate(samplers(n_tasks))
        ]
        chosen = np.random.default_rng(0).integers(N_PARTITIONS, size=n_tasks)
        return sum(len([part.to(settings.device) for part in next(loaders[p])[:4]]) == 4 for p in chosen)

    def loop() -> int:
        return sum(
            len(torch.stack([items[i] for i in rows.ravel()]).to(settings.device)) == rows.size
            for _, rows in plain_tasks(n_tasks)
        )

    return side_by_side(
        f"{n_tasks:,} tasks with pixels",
        ours=ours,
        peers={"easyfsl": easyfsl, "plain-loop": loop},
        at_most=0,
        settings=settings,
    )


def easyfsl_tasks(n_tasks: int) -> Tasks:
    """Draw by easyfsl."""
    one_by_one = [iter(sampler) for sampler in samplers(n_tasks)]
    chosen = np.random.default_rng(0).integers(N_PARTITIONS, size=n_tasks)
    return [(p, usable_items(p)[next(one_by_one[p])].reshape(ROWS)) for p in chosen.tolist()]


def plain_tasks(n_tasks: int) -> Tasks:
    """Draw partition, clusters and items of one task after the other."""
    rng = np.random.default_rng(0)

    def task(p: int) -> np.ndarray:
        members = clusters_of(p)
        rows = rng.choice(len(members), SHAPE.n_way, replace=False)
        return np.stack([rng.choice(members[row], SHAPE.items_per_class, replace=False) for row in rows])

    return [(p, task(p)) for p in rng.integers(N_PARTITIONS, size=n_tasks).tolist()]


def one_by_one(batches: Sequence[TaskBatch]) -> Tasks:
    """Return batches as the peers draw tasks."""
    return [
        (int(p), rows)
        for batch in batches
        for p, rows in zip(batch.origin, np.concatenate([batch.support, batch.query], axis=2), strict=True)
    ]


def broken_rows(tasks: Tasks) -> float:
    """Return the share of rows that mix clusters, share theirs with another row, or hold an item twice."""
    broken = 0
    for p, rows in tasks:
        clusters = partitions()[p][rows]
        mixed = (clusters != clusters[:, :1]).any(1)
        twice = [len(set(row)) < len(row) for row in rows.tolist()]
        broken += int((mixed | twice).sum()) + len(rows) - len(set(clusters[:, 0].tolist()))
    return broken / (len(tasks) * SHAPE.n_way)


@cache
def partitions() -> list[np.ndarray]:
    """Return the partitions: clusters of Dirichlet sizes, as uneven as those of k-means."""
    rng = np.random.default_rng(0)
    shares = rng.dirichlet(np.full(N_CLUSTERS, 2.0), size=N_PARTITIONS)
    return [rng.choice(N_CLUSTERS, N_ITEMS, p=one).astype(np.int32) for one in shares]


@cache
def images() -> torch.Tensor:
    """Return the images, uint8."""
    generator = torch.Generator().manual_seed(0)
    return torch.randint(256, (N_ITEMS, 1, SIDE, SIDE), dtype=torch.uint8, generator=generator)


@cache
def usable_items(p: int) -> np.ndarray:
    """Return the items of a partition that are in clusters large enough for a row."""
    return np.flatnonzero(np.bincount(partitions()[p])[partitions()[p]] >= SHAPE.items_per_class)


@cache
def clusters_of(p: int) -> list[np.ndarray]:
    """Return the items of each cluster of a partition that is large enough for a row."""
    items = usable_items(p)
    clusters = partitions()[p][items]
    return [items[clusters == cluster] for cluster in np.unique(clusters)]


class Images(torch.utils.data.Dataset):
    """The images of a partition's usable clusters, labelled by cluster, as data sets of torch are."""

    def __init__(self, p: int):
        self.items = usable_items(p)
        self.labels = partitions()[p][self.items].tolist()

    def __len__(self) -> int:
        return len(self.items)

    def __getitem__(self, item: int) -> tuple[torch.Tensor, int]:
        return images()[self.items[item]], self.labels[item]


def samplers(n_tasks: int) -> list[Any]:
    """Return easyfsl's sampler of each partition."""
    return [easyfsl_sampler(p, n_tasks) for p in range(N_PARTITIONS)]


@cache
def easyfsl_sampler(p: int, n_tasks: int) -> Any:
    """Return easyfsl's sampler of a partition."""
    return task_sampler(Images(p).labels, SHAPE, n_tasks)


if __name__ == "__main__":
    main()
