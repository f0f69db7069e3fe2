"""Points to cluster, and partitions of them: shared by the tests of the strategies."""

import numpy as np

from umeta.partitions import Partition, PartitionStrategy
from umeta.stage import Method


def blobs(n_blobs: int = 8, per_blob: int = 30, dim: int = 6, seed: int = 0) -> np.ndarray:
    """Return groups of points that are far apart, group after group."""
    rng = np.random.default_rng(seed)
    centres = rng.normal(size=(n_blobs, dim)) * 20
    noise = rng.normal(size=(n_blobs * per_blob, dim))
    return (np.repeat(centres, per_blob, axis=0) + noise).astype(np.float32)


def partitions_of(strategy: Method, embeddings: np.ndarray, seed: int = 0) -> list[Partition]:
    """Return the partitions that a strategy makes from another seed."""
    seeded = strategy.model_copy(update={"seed": seed})
    assert isinstance(seeded, PartitionStrategy)
    return seeded.make_partitions(embeddings)


def agreement(a: np.ndarray, b: np.ndarray) -> float:
    """Return the adjusted Rand index of two partitions."""
    from sklearn.metrics import adjusted_rand_score

    return adjusted_rand_score(a, b)
