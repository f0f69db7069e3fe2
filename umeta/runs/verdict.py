"""A finished run judged anew by marks: the same config with `dataset.labels`, so that its learner is found again."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from umeta.data.known_classes import MIN_IMAGES
from umeta.data.marks import Marks
from umeta.runs.config import DEFAULT_BASELINES, RunConfig
from umeta.runs.judging_kind import VIEW_TASKS
from umeta.stage import UserError, build

MAX_WAYS = 5
N_QUERY = 5
SHARE_OF_CLASSES = 0.75
"""Of the classes that must be large enough for the queries of a task; smaller ones take no part."""


def verdict_config(config: Mapping[str, Any], labels: Path, marks: Marks) -> RunConfig:
    """Return the config that judges a run's methods by a file of marks.

    Args:
        config: The run's, as plain data.
        labels: The file.
        marks: What is in it.

    Raises:
        UserError: the config is of a method that is not known here, or there are too few marks.
    """
    sizes = [len(ids) for ids in marks.classes.values()]
    max_ways = min(MAX_WAYS, int(config["task"]["n_way"]))
    dataset = {**config["dataset"], "labels": str(labels), "content": None}
    test = {**config["test"], **shape_for(sizes, max_ways)}
    if test.get("of") == "views" and test["n_tasks"] == VIEW_TASKS:
        del test["n_tasks"]
    for key in ("of", "first"):
        test.pop(key, None)
    baselines = (
        config["baselines"] or DEFAULT_BASELINES
    )  # over finished embeddings, judging by views has none
    return build(RunConfig, {**config, "dataset": dataset, "test": test, "baselines": baselines}, where="")


def shape_for(sizes: Sequence[int], max_ways: int) -> dict[str, Any]:
    """Return the shape of test tasks over a few marked classes: `n_way`, `n_shot` and `n_query`.

    A task has half of the classes at most, so that the interval over classes can tell how much they matter: it has to
    leave each of them out.

    Raises:
        UserError: fewer than two classes of two images.
    """
    usable = sorted((size for size in sizes if size >= MIN_IMAGES), reverse=True)
    if len(usable) < 2:
        raise UserError(
            f"a task needs two classes of {MIN_IMAGES} images, and {len(usable)} of {len(sizes)} marked classes are "
            "that large. Mark more."
        )
    n_needed = max(2, round(SHARE_OF_CLASSES * len(usable)))
    n_query = min(N_QUERY, usable[n_needed - 1] - 1)
    n_large = sum(size > n_query for size in usable)
    return {"n_way": (max(2, min(max_ways, n_large // 2)),), "n_shot": (1,), "n_query": n_query}
