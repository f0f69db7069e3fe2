"""Whether enough true classes are known for a task of them."""

import numpy as np
from jaxtyping import Int

from umeta.data.dataset import Dataset

MIN_CLASSES, MIN_IMAGES = 2, 2
"""What the smallest task needs: two classes, each with an image to learn from and one to ask about."""


def has_classes(dataset: Dataset, split: str) -> bool:
    """Return whether a task of true classes can be drawn from a split at all."""
    if split in dataset.partitions:
        return True
    return int((class_sizes(dataset, split) >= MIN_IMAGES).sum()) >= MIN_CLASSES


def class_sizes(dataset: Dataset, split: str) -> Int[np.ndarray, " n_classes"]:
    """Return the number of items of each class that is known in a split."""
    classes = dataset.classes.values[dataset.items(split)]
    return np.unique(classes[classes >= 0], return_counts=True)[1]
