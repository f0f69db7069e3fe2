"""Whitening: vectors that vary as much in every direction."""

from typing import NamedTuple

import numpy as np
from jaxtyping import Float32

from umeta.vectors.kmeans import check_embeddings

FAINT = 1e-6  # components of less variance than this share of the first's are noise, and left out


class Whitening(NamedTuple):
    """Principal components, each divided by its standard deviation."""

    mean: Float32[np.ndarray, " before"]
    components: Float32[np.ndarray, "before dim"]

    @classmethod
    def of(cls, vectors: Float32[np.ndarray, "n_items before"], dim: int) -> "Whitening":
        """Find the first `dim` components, fewer if the vectors vary in fewer dimensions.

        Raises:
            UserError: the vectors are not finite, or all the same.
        """
        check_embeddings(vectors)
        mean = vectors.mean(0, dtype=np.float64)
        centred = vectors - mean
        variances, axes = np.linalg.eigh(centred.T @ centred / len(vectors))
        variances, axes = variances[::-1][:dim], axes[:, ::-1][:, :dim]
        kept = variances > FAINT * variances[0]
        return cls(mean.astype(np.float32), (axes[:, kept] / np.sqrt(variances[kept])).astype(np.float32))

    def apply(
        self, vectors: Float32[np.ndarray, "n_items before"], *, unit: bool = True
    ) -> Float32[np.ndarray, "n_items dim"]:
        """Return the whitened vectors, scaled to length 1 unless told not to."""
        white = (vectors - self.mean) @ self.components
        return white / np.linalg.norm(white, axis=1, keepdims=True).clip(min=1e-12) if unit else white
