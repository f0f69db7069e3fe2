"""How sure the rows of tasks are: how often partitions put a query into one cluster with the support of its row."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float, Int

from umeta.tasks.task import TaskBatch


def pair_agreement(
    tasks: TaskBatch, partitions: Sequence[Int[np.ndarray, " n_items"]]
) -> Float[np.ndarray, " n_tasks"]:
    """Return the share of each task's support–query pairs of one row that share a cluster, over all partitions.

    Pairs of which a partition leaves an item in no cluster count for the others alone; a task without any pair is not a
    number. No true class is used: 1 less this is what noise looks like without labels, if partitions err independently.
    """
    together, judged = np.zeros(len(tasks)), np.zeros(len(tasks))
    for clusters in partitions:
        support, query = clusters[tasks.support][..., :, None], clusters[tasks.query][..., None, :]
        both = (support >= 0) & (query >= 0)  # (n_tasks, n_way, n_shot, n_query)
        judged += both.sum(axis=(1, 2, 3))
        together += (both & (support == query)).sum(axis=(1, 2, 3))
    return np.divide(together, judged, out=np.full(len(tasks), np.nan), where=judged > 0)
