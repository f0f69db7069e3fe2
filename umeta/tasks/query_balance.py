"""Test tasks whose queries are not equally many of each class."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from jaxtyping import Float, Int

from umeta.tasks.task import TaskBatch


def with_dirichlet_queries(
    tasks: TaskBatch,
    partitions: Sequence[Int[np.ndarray, " n_items"]],
    concentration: float,
    *,
    rng: np.random.Generator,
) -> TaskBatch:
    """Return the same classes and supports with other queries: as many in all, but shared out unequally.

    Each task draws the classes' shares of its queries from a symmetric Dirichlet distribution, so a class may have
    most of them or none. A class that has too few items left for its share gets what it has, the others the rest.

    Args:
        tasks: Tasks with equally many queries of each class.
        partitions: What their `origin` and `clusters` count.
        concentration: Of the distribution; the larger, the more equal are the shares. 2 in the paper.
        rng: Draws the shares and the queries.

    Reference: Veilleux, Boudiaf, Piantanida, Ben Ayed, "Realistic Evaluation of Transductive Few-Shot Learning",
    NeurIPS 2021, section 3.
    """
    n_tasks, n_way, n_query = tasks.query.shape
    shares = rng.dirichlet(np.full(n_way, concentration), n_tasks)
    query = np.empty((n_tasks, n_way * n_query), np.int64)
    rows = np.empty_like(query)
    for number in range(n_tasks):
        partition = partitions[int(tasks.origin[number])]
        items_by_row = [
            np.setdiff1d(np.flatnonzero(partition == cluster), support)
            for cluster, support in zip(tasks.clusters[number], tasks.support[number], strict=True)
        ]
        rooms = np.array([len(items) for items in items_by_row])
        counts = shared_out(n_way * n_query, shares[number], rooms)
        drawn = [
            rng.choice(items, count, replace=False) for items, count in zip(items_by_row, counts, strict=True)
        ]
        query[number] = np.concatenate(drawn)
        rows[number] = np.arange(n_way).repeat(counts)
    return replace(tasks, query=query.reshape(tasks.query.shape), query_rows=rows.reshape(tasks.query.shape))


def shared_out(
    total: int, shares: Float[np.ndarray, " n_way"], rooms: Int[np.ndarray, " n_way"]
) -> Int[np.ndarray, " n_way"]:
    """Return whole numbers near `shares` of the total, none above its room, which together are the total.

    They are given out one by one to the largest share / (2 × number + 1), the method of Sainte-Laguë.
    """
    counts = np.zeros(len(shares), np.int64)
    for _ in range(total):
        quotients = np.where(counts < rooms, shares / (2 * counts + 1), -1.0)
        counts[quotients.argmax()] += 1
    return counts
