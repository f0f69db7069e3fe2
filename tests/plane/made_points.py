"""Points of a plane with known numbers."""

from typing import Any

import numpy as np

from umeta.plane.points import Point


def point(**values: Any) -> Point:
    """Return a point of k-means clusters, some of its fields replaced."""
    defaults: dict[str, Any] = {
        "study": "plane",
        "sections": {
            "dataset": {"name": "omniglot"},
            "partition": {"name": "kmeans", "n_clusters": 500},
            "source": {"name": "partition"},
        },
        "encoder": "pca",
        "made_by": "kmeans",
        "n_clusters": 500,
        "n_partitions": 1,
        "dials": {},
        "noise": 0.8,
        "different": 0.9,
        "diversity": 1e5,
        "agreement": 0.5,
        "accuracies": (0.6, 0.62),
        "baseline": "prototypes",
        "baseline_accuracy": 0.5,
        "tasks": (),
    }
    return Point(**{**defaults, **values})


def clusters_of(encoder: str, k: int, agreement: float, gain: float = 0.1, study: str = "plane") -> Point:
    """Return k clusters of an encoder, whose precision is √k · agreement / 100."""
    return point(
        study=study,
        encoder=encoder,
        n_clusters=k,
        sections={
            "dataset": {"name": "omniglot"},
            "partition": {"name": "kmeans", "n_clusters": k},
            "source": {"name": "partition"},
        },
        agreement=agreement,
        noise=1 - k**0.5 * agreement / 100,
        diversity=1e7 / k,
        accuracies=(0.5 + gain,),
    )


def several(encoders: str = "abcd", study: str = "plane") -> list[Point]:
    """Return clusters of some encoders, the later the better, at five numbers of them: the more, the less agreement."""
    return [
        clusters_of(encoder, k, (0.5 + 0.1 * place) * (k / 50) ** -0.2, study=study, gain=0.02 * np.log(k))
        for place, encoder in enumerate(encoders)
        for k in (50, 100, 200, 400, 800)
    ]
