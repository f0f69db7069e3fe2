"""What a construction of tasks is made of: its pairs' label noise and diversity, and what shows without labels."""

from dataclasses import dataclass

import numpy as np
import torch

from umeta.cache import Home
from umeta.data import Dataset
from umeta.data.augmentation import augment
from umeta.device import pick_device
from umeta.encoders import Embedding
from umeta.partitions import Partition
from umeta.partitions.oracle import Oracle
from umeta.partitions.partition import OUTSIDE
from umeta.partitions.view_agreement import view_agreement
from umeta.randomness import Stream, numpy_generator, torch_generator
from umeta.runs import products
from umeta.runs.config import RunConfig
from umeta.runs.task_source import task_source
from umeta.runs.trained_products import encoding
from umeta.stage import OnStep, ignore_step
from umeta.tasks import TaskSource
from umeta.tasks.pair_diversity import effective_pairs
from umeta.tasks.partition_tasks import PartitionTasks
from umeta.tasks.task_truth import against_classes

N_TASKS = 10_000
"""Tasks that a construction is measured on: 600,000 pairs where tasks have 20 ways and 3 queries."""
N_VIEWS = 2_000
"""Images that are seen in a view: their agreement is then sure to a point, one standard error."""


@dataclass(frozen=True)
class WithoutLabels:
    """What can be known of a construction where no label is."""

    diversity: float
    """The effective number of its support–query pairs."""
    n_clusters: int | None
    """Clusters of its first partition that tasks are drawn from; None where there are no partitions."""
    agreement: float | None
    """The share of images of which a view falls into the image's cluster, of its first partition; None without one."""


@dataclass(frozen=True)
class Construction(WithoutLabels):
    """A construction beside the true classes, which training does not see."""

    noise: float
    """The share of support–query pairs that are not of one class."""
    different: float
    """The share of tasks whose rows are all of different classes."""


@dataclass(frozen=True, eq=False)
class Made:
    """What a run's tasks are made of, up to its source."""

    config: RunConfig
    dataset: Dataset
    embedding: Embedding
    partitions: "list[Partition]"
    """Empty where the source needs none, or where they are the true classes."""
    source: TaskSource


def make(config: RunConfig, home: Home, *, on_step: OnStep = ignore_step) -> Made:
    """Return what a run's training tasks are drawn from; what was made before is taken from the home.

    Raises:
        UserError: the data set is not here, or the partitions cannot be made.
    """
    dataset, device = config.dataset.load(home, on_step=on_step), pick_device(config.device)
    embedding = products.embed(dataset, config.encoder, home, device=device, on_step=on_step)
    partitions: list[Partition] = []

    def clusters() -> list[np.ndarray]:
        if isinstance(config.partition, Oracle):
            return list(dataset.truth("meta_train"))
        partitions.extend(products.partition(dataset, embedding, config.partition, home, on_step=on_step))
        return [partition.clusters for partition in partitions]

    source = task_source(config, dataset, clusters, lambda: embedding.vectors)
    return Made(config, dataset, embedding, partitions, source)


def measure(made: Made, home: Home) -> Construction:
    """Measure a construction beside the true classes; the same tasks are drawn each time."""
    tasks = made.source.sample(N_TASKS, made.config.task, rng=numpy_generator(0, Stream.SAMPLE))
    truth = against_classes(tasks, made.dataset.classes.values)
    n_clusters, agreement = _clusters(made, home)
    return Construction(
        diversity=effective_pairs(tasks),
        n_clusters=n_clusters,
        agreement=agreement,
        noise=1 - float(np.nanmean(truth.matching)),
        different=float(np.nanmean(truth.different)),
    )


def measure_without_labels(made: Made, home: Home) -> WithoutLabels:
    """Measure what needs no label."""
    tasks = made.source.sample(N_TASKS, made.config.task, rng=numpy_generator(0, Stream.SAMPLE))
    return WithoutLabels(effective_pairs(tasks), *_clusters(made, home))


def _clusters(made: Made, home: Home) -> tuple[int | None, float | None]:
    """Return how many clusters of the first partition tasks use, and how often a view falls into its image's."""
    source, vectors = made.config.source, made.embedding.vectors
    if not made.partitions or not isinstance(source, PartitionTasks):
        return None, None
    clusters = source.turned(made.partitions[0].clusters, 0, vectors)
    sizes = np.bincount(clusters[clusters != OUTSIDE])
    n_clusters = int((sizes >= made.config.task.items_per_class).sum())
    if not made.config.encoder.embeds_new_images:
        return n_clusters, None
    inside = np.flatnonzero(clusters != OUTSIDE)
    items = numpy_generator(0, Stream.SAMPLE).permutation(inside)[:N_VIEWS]
    return n_clusters, view_agreement(vectors, clusters, items, _embedded_views(made, items, home))


def _embedded_views(made: Made, items: np.ndarray, home: Home) -> np.ndarray:
    images = torch.from_numpy(made.dataset.images.images[items])
    views = augment(images / 255, "auto", generator=torch_generator(0, Stream.VIEWS))
    device = pick_device(made.config.device)
    encode = encoding(made.dataset, made.config.encoder, home, device=device)
    return encode((views * 255).round().to(torch.uint8)).numpy()
