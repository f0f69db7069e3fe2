"""UMAP over exact neighbours.

Reference: McInnes, Healy, Melville, "UMAP: Uniform Manifold Approximation and Projection", arXiv 1802.03426.
"""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import torch
from jaxtyping import Float32

from umeta.stage import OnStep, Step, ignore_step
from umeta.vectors import nearest_neighbours

NEIGHBOURS = 15
EPOCHS_OF_SMALL, EPOCHS_OF_LARGE, MAX_SMALL = 500, 200, 10_000
"""UMAP's own choice by the number of items, said here so that progress has a total."""


def layout(
    embeddings: Float32[np.ndarray, "n_items dim"], *, seed: int = 0, on_step: OnStep = ignore_step
) -> Float32[np.ndarray, "n_items 2"]:
    """Lay the items out over their exact neighbours, which spares UMAP its own approximate search."""
    n_epochs = EPOCHS_OF_SMALL if len(embeddings) <= MAX_SMALL else EPOCHS_OF_LARGE
    on_step(Step("projection", 0, n_epochs, note="finding neighbours"))
    neighbours = nearest_neighbours(embeddings, embeddings, NEIGHBOURS)
    on_step(Step("projection", 0, n_epochs, note="building the graph of neighbours"))
    with warnings.catch_warnings(), _threads_kept():
        # A fixed seed means one thread, and a given neighbour graph means no transform of new items: both intended.
        warnings.filterwarnings("ignore", message=".*n_jobs value.*", category=UserWarning)
        warnings.filterwarnings("ignore", message=".*precomputed_knn.*", category=UserWarning)
        warnings.filterwarnings("ignore", message="Tensorflow not installed", category=ImportWarning)
        from umap import UMAP

        reducer = UMAP(
            n_neighbors=NEIGHBOURS,
            n_epochs=n_epochs,
            random_state=seed,
            precomputed_knn=(*neighbours, None),
            init="pca",
            tqdm_kwds={
                "disable": False,
                "file": _Epochs(on_step),
                "bar_format": "{n} {total}",
                "mininterval": 0.2,
            },
        )
        return np.asarray(reducer.fit_transform(embeddings), dtype=np.float32)


@contextmanager
def _threads_kept() -> Iterator[None]:
    """Give torch back its threads: numba, under UMAP, sets those of the OpenMP that both use, and with another number
    of threads the same seed trains to other weights."""
    threads = torch.get_num_threads()
    try:
        yield
    finally:
        torch.set_num_threads(threads)


class _Epochs:
    """Where UMAP's progress bar writes: the only word it gives on its way."""

    def __init__(self, on_step: OnStep):
        self._on_step = on_step

    def write(self, text: str) -> None:
        counts = text.split()
        if len(counts) == 2:
            self._on_step(Step("projection", int(counts[0]), int(counts[1]), note="laying out"))

    def flush(self) -> None:
        """Nothing is held back."""
