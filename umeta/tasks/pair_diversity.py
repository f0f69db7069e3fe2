"""How many different pairs of images tasks teach to be alike: their diversity."""

import numpy as np

from umeta.tasks.task import TaskBatch


def effective_pairs(tasks: TaskBatch) -> float:
    """Return the effective number of support–query pairs that a source of tasks draws from.

    It is 1 / Σ p², for pairs drawn with probabilities p: the inverse of the chance that two pairs, from two tasks, are
    the same two images. So many pairs drawn equally often would repeat themselves as often. That means the same for
    clusters, true classes, single images and their views, few clusters and many partitions, which a likeness of
    partitions does not: where there is one partition, or none, it says nothing. The chance is estimated from the
    tasks by counting, without bias; a few thousand pairs that coincide make it sure to some per cent.

    Returns:
        The number; where no two pairs coincide, the number of comparisons, which it then exceeds most likely.

    Reference: Hill, "Diversity and Evenness: A Unifying Notation and Its Consequences", Ecology 1973 (order 2).
    """
    support, query = tasks.support[..., :, None], tasks.query[..., None, :]
    low, high = np.minimum(support, query).astype(np.int64), np.maximum(support, query)
    pairs = (low * (int(high.max(initial=0)) + 1) + high).reshape(len(tasks), -1)  # (n_tasks, n_pairs)
    compared = _twos(np.array([pairs.size])) - _twos(np.full(len(tasks), pairs.shape[1]))
    within = sum(_coincidences(task) for task in pairs) if _repeats_within(pairs) else 0
    return compared / max(1, _coincidences(pairs) - within)


def _repeats_within(pairs: np.ndarray) -> bool:
    """Tasks of views repeat an image; all others hold every pair once."""
    ordered = np.sort(pairs, axis=1)
    return bool((ordered[:, 1:] == ordered[:, :-1]).any())


def _coincidences(pairs: np.ndarray) -> int:
    return _twos(np.unique(pairs, return_counts=True)[1])


def _twos(counts: np.ndarray) -> int:
    """Return how many twos can be chosen, of each count of equal things, together."""
    return int((counts.astype(np.int64) * (counts - 1) // 2).sum())
