"""Lesson 4: from a cluster to a task, and how often a task says what is true."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int, UInt8

from umeta.browser.grid import GridRow, Tile, rows_html
from umeta.cache import Home
from umeta.figures.counts import counts_of_tasks
from umeta.figures.palette import PETROFF
from umeta.lessons.drawings import characters, demo_clusters
from umeta.lessons.lesson import Lesson, Scene, Try, nearest_choice
from umeta.randomness import Stream, numpy_generator
from umeta.stage import OnStep
from umeta.tasks import PartitionSource, TaskBatch, TaskConfig

SHAPE = TaskConfig(n_way=5, n_shot=1, n_query=5)
N_TASKS = 200
OFFERED = (1.0, 0.85, 0.65)


@dataclass(frozen=True, eq=False)
class Facts:
    """Tasks made of clusters, and the true classes that no one looked at."""

    images: UInt8[np.ndarray, "n_items 1 height width"]
    n_clusters: int
    tasks: TaskBatch
    """The first is the one that is shown."""
    true: Bool[np.ndarray, "n_tasks n_way n_query"]
    """Which queries are of the class of their row's support."""
    by_chance: float
    """The share of them in tasks of clusters that were made at random."""

    @property
    def shares(self) -> Float[np.ndarray, " n_tasks"]:
        """The share of each task's queries that are what the task says."""
        return self.true.mean(axis=(1, 2))


def prepare(home: Home, on_step: OnStep) -> Facts:
    """Draw tasks of the demo's clusters, and of the same clusters with their items shuffled."""
    dataset = characters(home, on_step)
    clusters, classes = demo_clusters(len(dataset.images)), dataset.classes.values
    tasks = _draw(clusters)
    inside = clusters >= 0
    shuffled = clusters.copy()
    shuffled[inside] = numpy_generator(1, Stream.SAMPLE).permutation(clusters[inside])
    true = _says_true(tasks, classes)
    typical = int(np.abs(true.mean(axis=(1, 2)) - true.mean()).argmin())
    order = np.r_[typical, np.delete(np.arange(N_TASKS), typical)]
    return Facts(
        images=dataset.images.images,
        n_clusters=len(np.unique(clusters[inside])),
        tasks=TaskBatch(tasks.support[order], tasks.query[order], tasks.origin[order], tasks.clusters[order]),
        true=true[order],
        by_chance=float(_says_true(_draw(shuffled), classes).mean()),
    )


def _draw(clusters: Int[np.ndarray, " n_items"]) -> TaskBatch:
    return PartitionSource([clusters]).sample(N_TASKS, SHAPE, rng=numpy_generator(0, Stream.SAMPLE))


def _says_true(
    tasks: TaskBatch, classes: Int[np.ndarray, " n_items"]
) -> Bool[np.ndarray, "n_tasks n_way n_query"]:
    return classes[tasks.query] == classes[tasks.support]


def ask(facts: Facts) -> Scene:
    """Show a task as a learner sees it."""
    return Scene(
        f"Like drawings were put into {facts.n_clusters} clusters, without names. Five clusters make a task: one "
        "drawing of each is the example, five others are queries. The task says: a row is one character.",
        (_rows(facts, revealed=False),),
    )


def answer(facts: Facts) -> int:
    """Return the choice that is nearest to the mean over all tasks."""
    return nearest_choice(float(facts.true.mean()), OFFERED)


def reveal(facts: Facts, frame: int) -> Scene:
    """Show which queries of the task are true, then the same of many tasks."""
    n_queries = facts.true[0].size
    if frame == 0:
        return Scene(
            f"**{facts.true[0].sum()} of {n_queries}** are the same character as their row's example; ✗ marks the "
            "others. The learner is told that all are right.",
            (_rows(facts, revealed=True),),
            uses_classes=True,
        )
    return Scene(
        f"Over {N_TASKS} such tasks **{facts.true.mean():.0%}** of the queries are what the task says. In tasks of "
        f"random clusters it would be {facts.by_chance:.0%}. Wrong rows are noise, and a learner learns in spite of "
        "some noise: the next lessons are about how much.",
        (counts_of_tasks(facts.true.sum(axis=(1, 2)), n_queries, "queries that are what the task says"),),
        uses_classes=True,
    )


def _rows(facts: Facts, *, revealed: bool) -> str:
    rows = []
    for row, (support, queries) in enumerate(zip(facts.tasks.support[0], facts.tasks.query[0], strict=True)):
        true = facts.true[0, row].tolist()
        tiles = [
            Tile(
                item=item,
                caption=("✓" if same else "✗") if revealed else "",
                alt=("same character" if same else "another character") if revealed else "query",
            )
            for item, same in zip(queries.tolist(), true, strict=True)
        ]
        example = [Tile(item=int(support[0]), alt=f"example of row {row + 1}")]
        rows.append(GridRow(parts=(example, tiles), heading=f"row {row + 1}", colour=PETROFF[row]))
    return rows_html(facts.images, rows, ("Example", "Queries"), side=56)


LESSON = Lesson(
    name="task",
    title="From cluster to task",
    idea="A cluster stands in for a class, and is sometimes wrong.",
    question="How many of the queries are truly the character of their row's example?",
    choices=("all of them", "five of six", "two of three"),
    prepare=prepare,
    ask=ask,
    answer=answer,
    frames=("True characters", f"{N_TASKS} tasks"),
    reveal=reveal,
    tries=(
        Try(
            "Draw other tasks, then turn the dial of label noise.",
            "tasks",
            {"dataset": "glyphs"},
        ),
        Try(
            "Be the learner: put each query into its row.",
            "tasks",
            {"dataset": "digits", "encoder": "pixels", "section": "guess it"},
        ),
    ),
)
