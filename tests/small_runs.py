"""Configs of runs of seconds, on a small set of glyphs."""

from umeta.runs import RunConfig

SMALL = (
    "dataset=glyphs",
    "dataset.n_classes=60",
    "dataset.n_alphabets=6",
    "encoder.dim=16",
    "partition.n_clusters=20",
    "learner.n_filters=8",
    "test.n_tasks=20",
    "device=cpu",
    "budget=smoke",
)


def small(*keys: str) -> RunConfig:
    return RunConfig.from_keys((*SMALL, *keys))
