"""What a run's methods are judged on: true classes where its test split has any, else views of single images."""

import logging

from umeta.data import Dataset
from umeta.data.known_classes import MIN_CLASSES, MIN_IMAGES, has_classes
from umeta.runs.config import RunConfig
from umeta.stage import UserError
from umeta.tasks.test_tasks import TasksOf

log = logging.getLogger(__name__)

VIEW_TASKS = 300
"""Test tasks of views, unless their number is given: every image of a task is augmented and embedded for it alone."""


def with_judging_kind(config: RunConfig, dataset: Dataset) -> RunConfig:
    """Settle `test.of`, and keep only the baselines that can be judged so.

    Raises:
        UserError: true classes are wanted and there are none, or nothing is left to judge.
    """
    test = config.test
    labelled = has_classes(dataset, test.split)
    if test.of == "classes" and not labelled:
        n_classes = dataset.n_classes(test.split)
        raise UserError(
            f"test.of=classes needs {MIN_CLASSES} classes of {MIN_IMAGES} images in {test.split}, and "
            f"{dataset.images.name} has {n_classes or 'none'} there. Give labels of a few "
            "(dataset.labels=FILE, made on the Label page), or judge by test.of=views."
        )
    of = test.of or ("classes" if labelled else "views")
    if of == "views" and test.query_dirichlet is not None:
        raise UserError(
            f"test.query_dirichlet={test.query_dirichlet:g} shares the queries out over true classes, and too few are "
            f"known in {test.split} of {dataset.images.name}. Leave it out."
        )
    if of == "views" and dataset.images.vectors is not None:
        raise UserError(
            f"{dataset.images.name} has vectors without pictures, of which a random view means nothing, and too few "
            f"classes in {test.split} to judge by. Give labels of a few (dataset.labels=FILE)."
        )
    n_tasks = test.n_tasks
    if of == "views" and "n_tasks" not in test.model_fields_set:
        n_tasks = min(n_tasks, VIEW_TASKS)
    config = config.model_copy(update={"test": test.with_defaults(of=of, n_tasks=n_tasks)})
    return config if of == "classes" or config.encoder.embeds_new_images else _without_embedding(config)


def kind_on_meta_val(config: RunConfig, dataset: Dataset) -> TasksOf:
    """Return what tasks of meta_val are made of: as those judged, but views where no class is known there.

    So it is where a person marked images of meta_test alone.
    """
    unlabelled = len(dataset.items("meta_val")) > 0 and dataset.n_labelled("meta_val") == 0
    if config.test.of == "views" or (unlabelled and "meta_val" not in dataset.partitions):
        return "views"
    return "classes"


def _without_embedding(config: RunConfig) -> RunConfig:
    """Leave out the baselines over an embedding that knows no vector of a view."""
    left_out = [baseline.label for baseline in config.baselines if baseline.works_on == "embeddings"]
    kept = tuple(baseline for baseline in config.baselines if baseline.works_on != "embeddings")
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
