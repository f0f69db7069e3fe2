"""What the paper sets on each of its data sets, for `budget=paper`: sections of a run, and methods by name.

A key given explicitly wins over a preset, and a preset over the method's own budget. What the paper sets alike
everywhere (step sizes, inner steps, tasks per step, queries of a training task) are the methods' defaults.

Reference: Hsu, Levine, Finn, "Unsupervised Learning via Meta-Learning", ICLR 2019, tables 5 and 6 and section 4; the
authors' scripts for clusters and partitions, and where the paper's training length is another than theirs, the paper.
"""

from collections.abc import Mapping
from typing import Any

Preset = Mapping[str, Mapping[str, Any]]
"""Options by section (`task`, `test`) or by a method's name."""

LEARNERS_TRAINED = ("maml", "fomaml", "anil", "protonets")


def _preset(
    task: Mapping[str, Any],
    test: Mapping[str, Any],
    iterations: int,
    clusters: Mapping[str, int],
    **methods: Mapping[str, Any],
) -> Preset:
    trained = {name: {"iterations": iterations} for name in LEARNERS_TRAINED}
    return {"task": task, "test": test, "kmeans": clusters, **trained, **methods}


PAPER: Mapping[str, Preset] = {
    "omniglot": _preset(
        task={"n_way": 20, "n_shot": 1},
        test={"n_way": (5, 20), "n_shot": (1, 5), "n_query": 5},
        iterations=30_000,
        clusters={"n_clusters": 500, "n_partitions": 100},
        random={"n_clusters": 500, "n_partitions": 2_400},
        hyperplanes={"n_partitions": 2_400},
    ),
    "mnist": _preset(
        task={"n_way": 10, "n_shot": 1},
        test={"n_way": (10,), "n_shot": (1, 5, 10), "n_query": 10},
        iterations=30_000,
        clusters={"n_clusters": 10, "n_partitions": 100},
        **{"cluster-matching": {"n_clusters": 10}},
    ),
    "miniimagenet": _preset(
        task={"n_way": 5, "n_shot": 1},
        test={"n_way": (5,), "n_shot": (1, 5, 20, 50), "n_query": 5},
        iterations=60_000,
        clusters={"n_clusters": 500, "n_partitions": 50},
    ),
    "celeba": _preset(
        task={"n_way": 2, "n_shot": 1},
        test={"n_way": (2,), "n_shot": (5,), "n_query": 5},
        iterations=60_000,
        clusters={"n_clusters": 500, "n_partitions": 50},
    ),
}


def preset_for(dataset: str, budget: str) -> Preset:
    """Return the paper's settings for a data set under `budget=paper`; empty for any other set or budget."""
    return PAPER.get(dataset, {}) if budget == "paper" else {}
