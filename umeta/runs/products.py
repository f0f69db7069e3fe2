"""The expensive products that runs and pages share, each made once and found again by what made it.

What is stored is found without torch; it is imported by what makes the missing.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from umeta.cache import Arrays, Home
from umeta.data import Dataset
from umeta.device import Device, pick_device
from umeta.encoders import Embedding, Encoder
from umeta.partitions import Partition, PartitionStrategy, spread
from umeta.partitions.oracle import Oracle
from umeta.runs.config import RunConfig
from umeta.runs.made_once import made_once
from umeta.stage import OnStep, content_hash, ignore_step


def fitted_on(dataset: Dataset) -> dict[str, str]:
    """Return what identifies the images an unsupervised stage is fitted on: the pixels and which are meta_train."""
    return {
        "images": dataset.images.fingerprint,
        "meta_train": content_hash(np.packbits(dataset.split_of == 0).tobytes().hex()),
    }


def embedding_key(dataset: Dataset, encoder: Encoder, device: Device) -> dict[str, Any]:
    """Return what identifies an embedding of the whole set by an encoder fitted on its meta_train images."""
    return {**fitted_on(dataset), "encoder": encoder.made_from(), "device": device.type}


def embed(
    dataset: Dataset, encoder: Encoder, home: Home, *, device: Device, on_step: OnStep = ignore_step
) -> Embedding:
    """Return the embedding of every item by an encoder that is fitted on the meta_train images alone."""
    key = embedding_key(dataset, encoder, device)

    def fit() -> Arrays:
        training = dataset.images.take(dataset.items("meta_train"))
        return encoder.fit(training, device=pick_device(device.type), on_step=on_step)

    def encode() -> Arrays:
        fitted = embedding_key(dataset, encoder.as_fitted(), device)
        with made_once(home, "encoders", fitted, on_step, called="an encoder"):
            state = home.weights("encoders", fitted, fit)
        on = pick_device(device.type)
        return {"embedding": encoder.encode(state, dataset.images, device=on, on_step=on_step)}

    with made_once(home, "embeddings", key, on_step, called="an embedding"):
        vectors = home.arrays("embeddings", key, encode)["embedding"]
    return Embedding(vectors, np.arange(len(vectors)), key)


def partition_key(embedding: Embedding, strategy: PartitionStrategy | Oracle) -> dict[str, Any]:
    """Return what identifies the partitions of an embedding by a strategy."""
    return {**embedding.key, "partition": strategy.made_from()}


def partition(
    dataset: Dataset,
    embedding: Embedding,
    strategy: PartitionStrategy | Oracle,
    home: Home,
    *,
    on_step: OnStep = ignore_step,
) -> Sequence[Partition]:
    """Return the partitions of the meta_train items; all other items are in no cluster.

    The oracle reads the true classes; every other strategy gets the embedding only.
    """
    if isinstance(strategy, Oracle):
        return strategy.classes(dataset, "meta_train")
    items = dataset.items("meta_train")

    def make() -> Arrays:
        made = strategy.make_partitions(embedding.of(items), on_step=on_step)
        return {
            "clusters": np.stack(
                [partition.clusters for partition in spread(made, items, len(dataset.images))]
            ),
            "counts": np.array([[partition.n_made, partition.retries] for partition in made], np.int64),
        }

    key = partition_key(embedding, strategy)
    with made_once(home, "partitions", key, on_step, called="a partition"):
        arrays = home.arrays("partitions", key, make)
    counts = arrays["counts"].tolist()
    return [
        Partition(clusters, n_made, retries)
        for clusters, (n_made, retries) in zip(arrays["clusters"], counts, strict=True)
    ]


def learner_key(dataset: Dataset, config: RunConfig, device: Device, *, true_classes: bool) -> dict[str, Any]:
    """Return what identifies the trained learner of a run: what its tasks are made of, and how it was trained.

    Nothing of how it is judged is in it, and without partitions, or on true classes, nothing of the encoder,
    unless a dial of the tasks reads the embedding.
    """
    parts = {**fitted_on(dataset), **learner_parts(config, device.type, true_classes=true_classes)}
    if true_classes:
        classes = dataset.classes.values[dataset.items("meta_train")]
        parts["classes"] = content_hash(classes.tolist())
    return parts


def learner_parts(config: RunConfig, device: str, *, true_classes: bool) -> dict[str, Any]:
    """Return what of `learner_key` the config says, without reading images."""
    made_from = config.made_from()
    embedded = {"encoder": config.encoder.made_from(), "device": device}
    source = {"source": made_from["source"]} if "source" in made_from else {}
    if true_classes:
        tasks = {"dataset": made_from["dataset"], "device": device}
        if config.partition.tasks_of == "true classes" and config.source.name == "partition":
            tasks |= source  # the dials are of the run's own tasks, not of the oracle beside them
            tasks |= embedded if source and config.source.reads_vectors else {}
    elif config.source.name == "partition":
        tasks = {**embedded, "partition": made_from["partition"], **source}
    else:
        tasks = {**source, "device": device}
    return {**tasks, **{key: made_from[key] for key in ("task", "learner", "seed")}}
