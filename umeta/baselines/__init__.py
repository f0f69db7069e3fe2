"""Baselines: what is fitted on each task's support alone. One method per file; `BASELINES` finds them by name."""

from umeta.baselines.baseline import Baseline
from umeta.stage import Registry

BASELINES = Registry(
    "baseline",
    {
        "nearest-neighbour": "umeta.baselines.nearest_neighbour:NearestNeighbour",
        "linear": "umeta.baselines.linear:Linear",
        "prototypes": "umeta.baselines.prototypes:Prototypes",
        "scratch": "umeta.baselines.scratch:Scratch",
    },
)

__all__ = ["BASELINES", "Baseline"]
