"""Principal components: the directions in which the vectors vary most."""

import numpy as np
from jaxtyping import Float32

from umeta.stage import OnStep, Step, ignore_step


def plane(
    embeddings: Float32[np.ndarray, "n_items dim"], *, seed: int = 0, on_step: OnStep = ignore_step
) -> Float32[np.ndarray, "n_items 2"]:
    """Return the first two principal components; no chance has a part in them."""
    return components(embeddings, 2, on_step)


def space(
    embeddings: Float32[np.ndarray, "n_items dim"], *, seed: int = 0, on_step: OnStep = ignore_step
) -> Float32[np.ndarray, "n_items 3"]:
    """Return the first three principal components."""
    return components(embeddings, 3, on_step)


def components(
    embeddings: Float32[np.ndarray, "n_items dim"], n_axes: int, on_step: OnStep = ignore_step
) -> Float32[np.ndarray, "n_items n_axes"]:
    """Return the first principal components, zeros where there are not as many."""
    from sklearn.decomposition import PCA

    on_step(Step("projection", 0, 1, note="PCA"))
    n_components = min(n_axes, *embeddings.shape)
    positions = PCA(n_components, svd_solver="full").fit_transform(embeddings).astype(np.float32)
    on_step(Step("projection", 1, 1, note="PCA"))
    return np.pad(positions, ((0, 0), (0, n_axes - n_components)))


def explained_share(
    vectors: Float32[np.ndarray, "n_items dim"], positions: Float32[np.ndarray, "n_items n_axes"]
) -> float:
    """Return the share of the vectors' variance that the principal directions of the map hold."""
    total = float(vectors.var(axis=0, dtype=np.float64).sum())
    return float(positions.var(axis=0, dtype=np.float64).sum()) / total if total else 1.0
