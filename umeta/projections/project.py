"""Two-dimensional maps of an embedding, by PCA at once or by UMAP."""

import warnings

import numpy as np
from jaxtyping import Float32

from umeta.stage import UserError
from umeta.vectors import nearest_neighbours

PROJECTIONS = ("pca", "umap")
UMAP_NEIGHBOURS = 15


def project(
    embeddings: Float32[np.ndarray, "n_items dim"], method: str, *, seed: int = 0
) -> Float32[np.ndarray, "n_items 2"]:
    """Return positions in the plane; the same seed gives the same map.

    Raises:
        UserError: an unknown method, or fewer items than it needs.
    """
    if method not in PROJECTIONS:
        raise UserError(f"projection={method!r} is not known. Choose one of: {', '.join(PROJECTIONS)}.")
    return (_umap if method == "umap" else _pca)(embeddings, seed)


def _pca(embeddings: np.ndarray, seed: int) -> np.ndarray:
    from sklearn.decomposition import PCA

    wanted = min(2, embeddings.shape[1])
    positions = PCA(wanted, svd_solver="full").fit_transform(embeddings).astype(np.float32)
    return np.pad(positions, ((0, 0), (0, 2 - wanted)))


def _umap(embeddings: np.ndarray, seed: int) -> np.ndarray:
    """Lay the items out by UMAP over their exact neighbours, which spares its own approximate search."""
    if len(embeddings) <= UMAP_NEIGHBOURS:
        raise UserError(
            f"UMAP needs more than {UMAP_NEIGHBOURS} items; there are {len(embeddings)}. Use PCA."
        )
    neighbours = nearest_neighbours(embeddings, embeddings, UMAP_NEIGHBOURS)
    with warnings.catch_warnings():
        # A fixed seed means one thread, and a given neighbour graph means no transform of new items: both intended.
        warnings.filterwarnings("ignore", message=".*n_jobs value.*", category=UserWarning)
        warnings.filterwarnings("ignore", message=".*precomputed_knn.*", category=UserWarning)
        warnings.filterwarnings("ignore", message="Tensorflow not installed", category=ImportWarning)
        from umap import UMAP

        reducer = UMAP(
            n_neighbors=UMAP_NEIGHBOURS, random_state=seed, precomputed_knn=(*neighbours, None), init="pca"
        )
        return np.asarray(reducer.fit_transform(embeddings), dtype=np.float32)
