"""The images of the lessons: the invented characters of the bundled demo, and handwritten digits."""

from functools import lru_cache

import numpy as np
from jaxtyping import Int32

from umeta.cache import Home
from umeta.data import DATASETS, Dataset
from umeta.demo import Demo, load_demo
from umeta.stage import OnStep


@lru_cache(maxsize=1)
def demo() -> Demo:
    """Return the bundled demo, read once."""
    return load_demo()


def characters(home: Home, on_step: OnStep) -> Dataset:
    """Return the data set of the demo: its items have the numbers that the demo uses."""
    return DATASETS.parse(demo().about["config"]["dataset"]).load(home, on_step=on_step)


def digits(home: Home, on_step: OnStep) -> Dataset:
    """Return the handwritten digits."""
    return DATASETS.parse("digits").load(home, on_step=on_step)


def demo_clusters(n_items: int) -> Int32[np.ndarray, " n_items"]:
    """Return the cluster of every item of the demo's data set, -1 outside meta_train."""
    clusters = np.full(n_items, -1, np.int32)
    clusters[demo().points.items] = demo().clusters
    return clusters
