"""A study of seconds, for the tests of everything about studies."""

from pathlib import Path

import yaml

TINY = {
    "title": "Tiny",
    "question": "Does a study run?",
    "common": {
        "dataset": {"name": "glyphs", "n_classes": 60, "n_alphabets": 6},
        "encoder": {"name": "pca", "dim": 16},
        "test": {"n_way": [3, 5], "n_shot": [1], "n_query": 3, "n_tasks": 12},
        "device": "cpu",
    },
    "budgets": {
        "smoke": {
            "task": {"n_way": 5, "n_query": 3},
            "kmeans": {"n_clusters": 20},
            "protonets": {"iterations": 4, "n_filters": 8},
        },
        "short": {"kmeans": {"n_clusters": 30}, "protonets": {"iterations": 8, "n_filters": 8}},
    },
    "grid": [
        {
            "learner": "none",
            "partition": {"name": "random", "n_clusters": 2},
            "baselines": ["nearest-neighbour", "prototypes"],
        },
        {"partition": "kmeans", "learner": "protonets", "seed": [0, 1], "baselines": []},
        {"partition": "oracle", "learner": "protonets", "baselines": []},
    ],
    "comparisons": [
        {
            "claim": "Clusters beat the embedding.",
            "a": {"method": "CACTUs-ProtoNets"},
            "b": {"method": ["nearest-neighbour", "prototypes"]},
        },
        {
            "claim": "True classes beat clusters.",
            "a": {"partition": "oracle", "method": "oracle-ProtoNets"},
            "b": {"partition": "kmeans", "method": "CACTUs-ProtoNets"},
        },
    ],
}
"""Four cells: the baselines, two trainings on clusters, one on true classes."""


def write_study(folder: Path, **over: object) -> str:
    """Write the tiny study, some of it replaced, and return its path."""
    path = folder / "tiny.yaml"
    path.write_text(yaml.safe_dump({**TINY, **over}, sort_keys=False))
    return str(path)
