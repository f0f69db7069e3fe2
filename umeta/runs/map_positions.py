"""Where the items of a map lie: made once by a projection, and found again by what made them.

Nothing here imports torch: a process of its own lays a map out (`umeta.runs.projection_process`), and starts in less.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from jaxtyping import Float32, Int

from umeta.cache import Home
from umeta.encoders import Embedding
from umeta.projections import PROJECTIONS, project
from umeta.stage import OnStep, content_hash, ignore_step


def positions_key(
    key: Mapping[str, Any], items: Int[np.ndarray, " n_split_items"], method: str, *, seed: int = 0
) -> dict[str, Any]:
    """Return what identifies a projection of some items of an embedding; `key` is the embedding's."""
    return {
        **key,
        "projection": {"name": method, "code_version": PROJECTIONS[method].code_version},
        "seed": seed,
        "items": content_hash(np.asarray(items).tolist()),
    }


def positions(
    embedding: Embedding,
    items: Int[np.ndarray, " n_split_items"],
    method: str,
    home: Home,
    *,
    seed: int = 0,
    on_step: OnStep = ignore_step,
) -> Float32[np.ndarray, "n_split_items n_axes"]:
    """Return positions of some items of an embedding, in the plane or in space."""
    key = positions_key(embedding.key, items, method, seed=seed)
    return home.arrays(
        "projections",
        key,
        lambda: {"positions": project(embedding.of(items), method, seed=seed, on_step=on_step)},
    )["positions"]
