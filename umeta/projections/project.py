"""Maps of an embedding by any of the methods known: in seconds by t-SNE, at once by PCA, with patience by UMAP."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module

import numpy as np
from jaxtyping import Float32

from umeta.stage import OnStep, UserError, ignore_step


@dataclass(frozen=True)
class Projection:
    """One way of laying items out."""

    title: str
    what: str
    """One sentence for the person who chooses."""
    layout: str
    """`module:function`, imported when it is asked for."""
    min_items: int
    """Items it needs."""
    seconds: float
    """Processor time measured for 32,460 items of 64 dimensions on one core; others in proportion to the items."""
    startup: float = 0.0
    """Seconds before it begins, however few the items are: umap-learn compiles itself in every new process."""
    n_axes: int = 2
    code_version: int = 1
    """To be raised when the positions change: part of the key of every stored map."""

    def estimate(self, n_items: int) -> float:
        """Return the seconds it will take, roughly."""
        return self.startup + self.seconds * n_items / 32_460


PROJECTIONS: Mapping[str, Projection] = {
    "tsne": Projection(
        "t-SNE",
        "Keeps the nearest neighbours together best; sizes of groups and distances between them tell nothing.",
        "umeta.projections.tsne:layout",
        min_items=8,
        seconds=5.0,
        code_version=3,
    ),
    "pca": Projection(
        "PCA",
        "The two directions in which the vectors vary most. At once; groups of other directions lie on one another.",
        "umeta.projections.pca:plane",
        min_items=1,
        seconds=0.1,
    ),
    "umap": Projection(
        "UMAP",
        "Keeps near neighbours together and draws gaps between groups, some of them invented.",
        "umeta.projections.umap:layout",
        min_items=16,
        seconds=25.0,
        startup=17.0,
    ),
    "pca-3d": Projection(
        "PCA 3-D",
        "The three directions in which the vectors vary most.",
        "umeta.projections.pca:space",
        min_items=1,
        seconds=0.1,
        n_axes=3,
    ),
}


def project(
    embeddings: Float32[np.ndarray, "n_items dim"],
    method: str,
    *,
    seed: int = 0,
    on_step: OnStep = ignore_step,
) -> Float32[np.ndarray, "n_items n_axes"]:
    """Return positions in the plane, or in space; the same seed gives the same map.

    Raises:
        UserError: an unknown method, fewer items than it needs, or vectors with numbers that are not finite.
    """
    if method not in PROJECTIONS:
        raise UserError(f"projection={method!r} is not known. Choose one of: {', '.join(PROJECTIONS)}.")
    chosen = PROJECTIONS[method]
    if len(embeddings) < chosen.min_items:
        raise UserError(
            f"{chosen.title} needs {chosen.min_items} items or more; there are {len(embeddings)}. Use PCA."
        )
    n_broken = int((~np.isfinite(embeddings).all(axis=1)).sum())
    if n_broken:
        raise UserError(
            f"{chosen.title} needs finite numbers; {n_broken} of {len(embeddings)} vectors have others. "
            "Leave these items out, or choose another encoder."
        )
    module, _, function = chosen.layout.partition(":")
    return getattr(import_module(module), function)(embeddings, seed=seed, on_step=on_step)
