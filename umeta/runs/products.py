"""The expensive products that runs and pages share, each made once and found again by what made it."""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import numpy as np
import torch
from jaxtyping import Float32, UInt8

from umeta.cache import Arrays, Home
from umeta.data import Dataset, ImageSet
from umeta.encoders import Embedding, Encoder
from umeta.learners import LearnerState
from umeta.learners.training import new_state
from umeta.partitions import Partition, PartitionStrategy, spread
from umeta.partitions.oracle import Oracle
from umeta.runs.config import RunConfig
from umeta.stage import OnStep, content_hash, ignore_step


def fitted_on(dataset: Dataset) -> dict[str, str]:
    """Return what identifies the images an unsupervised stage is fitted on: the pixels and which are meta_train."""
    return {
        "images": dataset.images.fingerprint,
        "meta_train": content_hash(np.packbits(dataset.split_of == 0).tobytes().hex()),
    }


def embedding_key(dataset: Dataset, encoder: Encoder, device: torch.device) -> dict[str, Any]:
    """Return what identifies an embedding of the whole set by an encoder fitted on its meta_train images."""
    return {**fitted_on(dataset), "encoder": encoder.made_from(), "device": device.type}


def embed(
    dataset: Dataset, encoder: Encoder, home: Home, *, device: torch.device, on_step: OnStep = ignore_step
) -> Embedding:
    """Return the embedding of every item by an encoder that is fitted on the meta_train images alone."""
    key = embedding_key(dataset, encoder, device)

    def fit() -> Arrays:
        training = dataset.images.take(dataset.items("meta_train"))
        return encoder.fit(training, device=device, on_step=on_step)

    def encode() -> Arrays:
        state = home.weights("encoders", key, fit)
        return {"embedding": encoder.encode(state, dataset.images, device=device, on_step=on_step)}

    vectors = home.arrays("embeddings", key, encode)["embedding"]
    return Embedding(vectors, np.arange(len(vectors)), key)


def encoding(
    dataset: Dataset, encoder: Encoder, home: Home, *, device: torch.device
) -> Callable[[UInt8[torch.Tensor, "n_images channels height width"]], Float32[torch.Tensor, "n_images dim"]]:
    """Return a function that embeds any images by an encoder that was fitted on the meta_train images before."""
    key = embedding_key(dataset, encoder, device)

    def fit() -> Arrays:
        return encoder.fit(dataset.images.take(dataset.items("meta_train")), device=device)

    @cache
    def state() -> Arrays:
        return home.weights("encoders", key, fit)

    def encode(
        images: UInt8[torch.Tensor, "n_images channels height width"],
    ) -> Float32[torch.Tensor, "n_images dim"]:
        numbered = ImageSet(dataset.images.name, images.cpu().numpy(), [f"{k}" for k in range(len(images))])
        return torch.from_numpy(np.array(encoder.encode(state(), numbered, device=device)))

    return encode


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

    arrays = home.arrays("partitions", {**embedding.key, "partition": strategy.made_from()}, make)
    counts = arrays["counts"].tolist()
    return [
        Partition(clusters, n_made, retries)
        for clusters, (n_made, retries) in zip(arrays["clusters"], counts, strict=True)
    ]


def learner_key(
    dataset: Dataset, config: RunConfig, device: torch.device, *, true_classes: bool
) -> dict[str, Any]:
    """Return what identifies the trained learner of a run: what its tasks are made of, and how it was trained.

    Nothing of how it is judged is in it, and without partitions, or on true classes, nothing of the encoder.
    """
    made_from = config.made_from()
    if true_classes:
        classes = dataset.classes.values[dataset.items("meta_train")]
        truth = {"dataset": made_from["dataset"], "classes": content_hash(classes.tolist())}
        tasks = {**fitted_on(dataset), **truth, "device": device.type}
    elif "source" in made_from:
        tasks = {**fitted_on(dataset), "source": made_from["source"], "device": device.type}
    else:
        tasks = {**embedding_key(dataset, config.encoder, device), "partition": made_from["partition"]}
    return {**tasks, **{key: made_from[key] for key in ("task", "learner", "seed")}}


def trained(
    dataset: Dataset,
    config: RunConfig,
    home: Home,
    *,
    true_classes: bool,
    device: torch.device,
    train: Callable[[], LearnerState],
) -> LearnerState:
    """Return the trained learner of a run; `train` is called if no run has trained it before."""

    def weights() -> Arrays:
        state = train()
        tensors = {f"weights/{name}": tensor for name, tensor in state.weights.items()}
        tensors |= {f"statistics/{name}": tensor for name, tensor in state.statistics.items()}
        return {name: tensor.detach().cpu().numpy() for name, tensor in tensors.items()}

    arrays = home.weights(
        "learners", learner_key(dataset, config, device, true_classes=true_classes), weights
    )
    state = new_state(config.learner, dataset.images, config.task.n_way, seed=config.seed, device=device)
    with torch.no_grad():
        for name, weight in state.weights.items():
            weight.copy_(torch.from_numpy(np.array(arrays[f"weights/{name}"])))
    statistics = [name for name in arrays if name.startswith("statistics/")]
    state.statistics = {
        name.partition("/")[2]: torch.from_numpy(np.array(arrays[name])).to(device) for name in statistics
    }
    state.step = config.learner.iterations
    return state
