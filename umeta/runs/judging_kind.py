"""What a run's methods are judged on: true classes where its test split has any, else views of single images."""

import logging

import numpy as np

from umeta.baselines import Baseline
from umeta.data import Dataset
from umeta.runs.config import RunConfig
from umeta.stage import UserError

log = logging.getLogger(__name__)

MIN_CLASSES, MIN_IMAGES = 2, 2
"""What the smallest task needs: two classes, each with an image to learn from and one to ask about."""


def with_judging_kind(config: RunConfig, dataset: Dataset) -> RunConfig:
    """Settle `test.of`, and keep only the baselines that can be judged so.

    Raises:
        UserError: true classes are wanted and there are none, or nothing is left to judge.
    """
    test = config.test
    labelled = has_classes(dataset, test.split)
    if test.of == "classes" and not labelled:
        raise UserError(
            f"test.of=classes needs {MIN_CLASSES} classes of {MIN_IMAGES} images in {test.split}, and "
            f"{dataset.images.name} has {describe_classes(dataset, test.split)}. Give labels of a few "
            "(dataset.labels=FILE, made on the Label page), or judge by test.of=views."
        )
    of = test.of or ("classes" if labelled else "views")
    config = config.model_copy(update={"test": test.model_copy(update={"of": of})})
    return config if of == "classes" or config.encoder.embeds_new_images else _without_embedding(config)


def has_classes(dataset: Dataset, split: str) -> bool:
    """Return whether a task of true classes can be drawn from a split at all."""
    if split in dataset.partitions:
        return True
    return int((class_sizes(dataset, split) >= MIN_IMAGES).sum()) >= MIN_CLASSES


def describe_classes(dataset: Dataset, split: str) -> str:
    """Return how many classes are known in a split, as the end of a sentence."""
    n_classes = len(class_sizes(dataset, split))
    return "none" if n_classes == 0 else f"{n_classes} there"


def class_sizes(dataset: Dataset, split: str) -> np.ndarray:
    """Return the number of items of each class that is known in a split."""
    classes = dataset.classes.values[dataset.items(split)]
    return np.unique(classes[classes >= 0], return_counts=True)[1]


def _without_embedding(config: RunConfig) -> RunConfig:
    """Leave out the baselines over an embedding that knows no vector of a view."""

    def on_embedding(baseline: Baseline) -> bool:
        return baseline.works_on == "embeddings"

    left_out = [baseline.label for baseline in config.baselines if on_embedding(baseline)]
    kept = tuple(baseline for baseline in config.baselines if not on_embedding(baseline))
    if left_out and not kept and config.learner.iterations == 0:
        raise UserError(
            f"test.of=views asks about views of images, and encoder={config.encoder.name} has vectors of the images "
            f"alone, so {', '.join(left_out)} cannot be judged. Choose an encoder that embeds any image, or label a "
            "few."
        )
    if left_out:
        log.warning(
            "Not judged, as encoder=%s has no vectors of views: %s.",
            config.encoder.name,
            ", ".join(left_out),
        )
    return config.model_copy(update={"baselines": kept})
