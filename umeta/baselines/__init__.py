"""Baselines: what is fitted on each task's support alone. One method per file; `BASELINES` finds them by name."""

from typing import TYPE_CHECKING

from umeta.stage import Registry, lazy_exports

if TYPE_CHECKING:
    from umeta.baselines.baseline import Baseline

BASELINES = Registry(
    "baseline",
    {
        "nearest-neighbour": "umeta.baselines.nearest_neighbour:NearestNeighbour",
        "linear": "umeta.baselines.linear:Linear",
        "prototypes": "umeta.baselines.prototypes:Prototypes",
        "mlp": "umeta.baselines.mlp:Mlp",
        "cluster-matching": "umeta.baselines.cluster_matching:ClusterMatching",
        "scratch": "umeta.baselines.scratch:Scratch",
    },
)

__getattr__ = lazy_exports(__name__, {"Baseline": "umeta.baselines.baseline"})

__all__ = ["BASELINES", "Baseline"]
