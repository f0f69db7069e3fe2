"""Configs of runs of seconds, on a small set of glyphs."""

from umeta.runs import RunConfig

SMALL = (
    "dataset=glyphs",
    "dataset.n_classes=60",
    "dataset.n_alphabets=6",
    "encoder=pca",
    "encoder.dim=16",
    "partition.n_clusters=20",
    "learner.n_filters=8",
    "test.n_tasks=20",
    "device=cpu",
    "budget=smoke",
)


def small(*keys: str) -> RunConfig:
    """Return the config of a small run with other values for some of its keys, or another method in a section."""
    own = {key.partition("=")[0] for key in keys}
    kept = [key for key in SMALL if key.partition("=")[0] not in own and key.partition(".")[0] not in own]
    return RunConfig.from_keys((*kept, *keys))
