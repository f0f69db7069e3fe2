"""The training tasks of a run fitted to its data set, and the clusters that they are drawn from."""

from typing import Any

from umeta.data import Dataset
from umeta.data.known_classes import has_classes
from umeta.partitions.strategy import default_n_clusters
from umeta.runs.config import RunConfig
from umeta.runs.cost_model import seconds_of_training
from umeta.runs.misfits import Fitted, Misfit
from umeta.runs.task_shapes import (
    Bears,
    classes_of_split_bear,
    clusters_likely_bear,
    clusters_may_bear,
    items_bear,
    lowered_given,
    settled,
    suitable_n_clusters,
)
from umeta.tasks import TaskConfig

FROM_TASK = {"min_cluster_size": "items_per_class", "n_way": "n_way"}
"""The options of a partition strategy that a task's shape decides."""


SHORT_TRAINING = 180.0
"""Seconds of one core at most, as they are estimated, that `budget=short` trains on a person's own images. The numbers
of the known sets stand, whatever they take."""
MIN_STEPS = 100


def fit_training(fitted: Fitted, dataset: Dataset) -> Fitted:
    """Fit the length of the training, the shape of its tasks, and the clusters that these are drawn from."""
    config, n_items = fitted.config, len(dataset.items("meta_train"))
    partition, shape = config.partition, config.task
    given_number = _given_n_clusters(partition)
    if config.learner.iterations > 0:
        bears, may_bear = _training_bears(config, dataset, given_number)
        new_shape = settled(shape, bears, may_bear, keep_ways=given_number is not None)
        if new_shape is None or lowered_given(shape, new_shape):
            with_other_number = settled(shape, *_training_bears(config, dataset, None))
            if given_number and with_other_number and not lowered_given(shape, with_other_number):
                new_shape = with_other_number
                number = suitable_n_clusters(n_items, new_shape)
                reason = f"{_needs(new_shape)}, in clusters of the {n_items:,} images of meta_train"
                fitted = fitted.with_misfits(Misfit("partition.n_clusters", given_number, number, reason))
        if new_shape is None:
            reason = f"meta_train has {n_items:,} images, too few for a training task of any shape"
            return fitted.with_misfits(Misfit("dataset.split", config.dataset.split, None, reason))
        reason = f"meta_train has {n_items:,} images, and {_needs(shape)}"
        lowered_counts = lowered_given(shape, new_shape)
        fitted = fitted.with_misfits(
            *(Misfit(f"task.{key}", *values, reason) for key, values in lowered_counts.items())
        )
        shape = new_shape
    is_used = config.learner.iterations > 0 and config.source.name == "partition"
    number = suitable_n_clusters(n_items, shape) if is_used else None
    number = number or default_n_clusters(n_items)
    fitted = fitted.with_sections(task=shape, partition=_for_shape(partition, shape, number))
    return _fit_length(fitted, dataset)


def _fit_length(fitted: Fitted, dataset: Dataset) -> Fitted:
    """Train a short run on a person's own images for as many steps as it has time for, if no number was given."""
    config, learner = fitted.config, fitted.config.learner
    is_free = (
        config.budget == "short"
        and config.dataset.may_change
        and "iterations" not in learner.model_fields_set
        and learner.iterations > MIN_STEPS
    )
    expected = seconds_of_training(config, dataset.images.item_shape[-1]) if is_free else 0.0
    if expected <= SHORT_TRAINING:
        return fitted
    iterations = max(MIN_STEPS, 10 * round(learner.iterations * SHORT_TRAINING / expected / 10))
    return fitted.with_sections(learner=learner.with_defaults(iterations=iterations))


def _training_bears(config: RunConfig, dataset: Dataset, n_clusters: int | None) -> tuple[Bears, Bears]:
    """Return which shapes training tasks are expected to be drawn in, and in which they may be."""
    n_items = len(dataset.items("meta_train"))
    bears, may_bear = clusters_likely_bear(n_items, n_clusters), clusters_may_bear(n_items, n_clusters)
    if config.source.name != "partition":
        bears = may_bear = items_bear(n_items)
    elif config.partition.tasks_of == "true classes":
        bears = may_bear = classes_of_split_bear(dataset, "meta_train")
    if not config.oracle or not has_classes(dataset, "meta_train"):
        return bears, may_bear
    of_classes = classes_of_split_bear(dataset, "meta_train")
    return (
        lambda shape: bears(shape) and of_classes(shape),
        lambda shape: may_bear(shape) and of_classes(shape),
    )


def _needs(shape: TaskConfig) -> str:
    return f"tasks of {shape.n_way} ways need {shape.n_way} times {shape.items_per_class} (n_shot + n_query)"


def _given_n_clusters(partition: Any) -> int | None:
    return getattr(partition, "n_clusters", None) if "n_clusters" in partition.model_fields_set else None


def _for_shape(partition: Any, shape: TaskConfig, n_clusters: int) -> Any:
    """Return the partition strategy with what the shape of its tasks decides, and its number of clusters if open."""
    options = type(partition).model_fields.keys() - partition.model_fields_set
    values = {key: getattr(shape, count) for key, count in FROM_TASK.items() if key in options}
    if "n_clusters" in partition.open_options:
        values["n_clusters"] = n_clusters
    return partition.with_defaults(**values)
