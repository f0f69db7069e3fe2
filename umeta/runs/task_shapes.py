"""Which shapes of tasks a data set bears, and the shape nearest to a given one that it does."""

import math
from collections.abc import Callable, Sequence

import numpy as np
from jaxtyping import Int

from umeta.data import Dataset
from umeta.data.known_classes import class_sizes
from umeta.partitions.strategy import default_n_clusters
from umeta.tasks import TaskConfig

Bears = Callable[[TaskConfig], bool]
"""Whether tasks of a shape can be drawn."""
COUNTS = ("n_query", "n_way", "n_shot")
"""The counts of a shape in the order in which they are lowered: fewer queries change least what a task asks."""
MIN_COUNTS = {"n_query": 1, "n_way": 2, "n_shot": 1}
ENOUGH = 0.9
"""Share of a task's ways that the expected number of usable clusters must reach."""


def lowered(shape: TaskConfig, bears: Bears, counts: Sequence[str]) -> TaskConfig | None:
    """Return the shape with these counts lowered, no more than needed, until it is borne; None if never."""
    lowest = shape
    for count in counts:
        lowest = _lowest_needed(lowest, count, bears)
        if bears(lowest):
            break
    else:
        if not bears(lowest):
            return None
    for count in counts:  # what was lowered in vain is raised again
        values = range(getattr(shape, count), getattr(lowest, count), -1)
        raised = (lowest.with_defaults(**{count: value}) for value in values)
        lowest = next(filter(bears, raised), lowest)
    return lowest


def _lowest_needed(shape: TaskConfig, count: str, bears: Bears) -> TaskConfig:
    """Return the shape with one count lowered until it is borne, or down to its minimum."""
    for value in range(getattr(shape, count), MIN_COUNTS[count] - 1, -1):
        shape = shape.with_defaults(**{count: value})
        if bears(shape):
            break
    return shape


def classes_bear(sizes: Int[np.ndarray, " n_classes"]) -> Bears:
    """Return whether classes of these sizes bear a shape."""
    return lambda shape: int((sizes >= shape.items_per_class).sum()) >= shape.n_way


def classes_of_split_bear(dataset: Dataset, split: str) -> Bears:
    """Return which shapes the true classes of a split bear; all, where it has many partitions made on demand."""
    if split in dataset.partitions:
        return lambda shape: True
    return classes_bear(class_sizes(dataset, split))


def items_bear(n_items: int) -> Bears:
    """Return whether so many items, each a class of its own, bear a shape."""
    return lambda shape: shape.n_way <= n_items


def usable_clusters(n_clusters: int, n_items: int, items_per_class: int) -> float:
    """Return how many clusters may be expected to hold what a task needs of one.

    The sizes of k-means clusters of images scatter about as much as an exponential distribution, seldom more.
    """
    return n_clusters * math.exp(-items_per_class * n_clusters / n_items)


def clusters_likely_bear(n_items: int, n_clusters: int | None) -> Bears:
    """Return whether clusters of so many items are expected to bear a shape; None: a number yet to choose."""

    def bears(shape: TaskConfig) -> bool:
        if n_clusters is None:
            return suitable_n_clusters(n_items, shape) is not None
        return _is_enough(n_clusters, n_items, shape)

    return bears


def clusters_may_bear(n_items: int, n_clusters: int | None) -> Bears:
    """Return whether there are clusters and items enough for a shape, however the items fall into the clusters."""

    def bears(shape: TaskConfig) -> bool:
        in_others = max(0, (n_clusters or shape.n_way) - shape.n_way)
        is_possible = n_clusters is None or n_clusters >= shape.n_way
        return is_possible and shape.n_way * shape.items_per_class + in_others <= n_items

    return bears


def suitable_n_clusters(n_items: int, shape: TaskConfig) -> int | None:
    """Return the default number of clusters, or the least that is expected to bear a shape; None if none is."""
    default = default_n_clusters(n_items)
    if _is_enough(default, n_items, shape):
        return default
    candidates = range(shape.n_way, n_items // shape.items_per_class + 1)
    return next((number for number in candidates if _is_enough(number, n_items, shape)), None)


def _is_enough(n_clusters: int, n_items: int, shape: TaskConfig) -> bool:
    usable = usable_clusters(n_clusters, n_items, shape.items_per_class)
    return n_clusters >= shape.n_way and usable >= ENOUGH * shape.n_way


def settled(
    shape: TaskConfig, bears: Bears, may_bear: Bears, *, keep_ways: bool = False
) -> TaskConfig | None:
    """Return the shape with defaults lowered as needed; counts that were given only where these are in vain.

    Args:
        shape: The shape; its `model_fields_set` are the counts that were given.
        bears: Whether tasks of a shape are expected to be drawn.
        may_bear: Whether they can be at all.
        keep_ways: Lower no default but that of the queries while the shape may be borne.
    """
    defaults = [count for count in COUNTS if count not in shape.model_fields_set]
    given = [count for count in COUNTS if count in shape.model_fields_set]
    queries = [count for count in defaults if count == "n_query"]
    return (
        lowered(shape, bears, queries)
        or (lowered(shape, may_bear, queries) if keep_ways else None)
        or lowered(shape, bears, defaults)
        or lowered(shape, may_bear, defaults)
        or lowered(shape, bears, (*defaults, *given))
        or lowered(shape, may_bear, (*defaults, *given))
    )


def lowered_given(before: TaskConfig, after: TaskConfig) -> dict[str, tuple[int, int]]:
    """Return the counts that were given and had to be lowered, before and after."""
    counts = {count: (getattr(before, count), getattr(after, count)) for count in COUNTS}
    return {
        key: values
        for key, values in counts.items()
        if key in before.model_fields_set and values[0] != values[1]
    }
