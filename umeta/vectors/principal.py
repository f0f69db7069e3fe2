"""Fewer dimensions, for methods that many dimensions make slow or blind."""

import numpy as np
from jaxtyping import Float32


def principal_components(
    embeddings: Float32[np.ndarray, "n_items dim"], dim: int, *, seed: int
) -> Float32[np.ndarray, "n_items reduced"]:
    """Return the first `dim` principal components, unwhitened; the embedding itself where it has no more."""
    if dim >= min(embeddings.shape):
        return embeddings
    from sklearn.decomposition import PCA

    return PCA(dim, random_state=seed % (2**31)).fit_transform(embeddings).astype(np.float32)
