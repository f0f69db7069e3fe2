"""Principal components of rows that are too many to be in memory at once."""

from collections.abc import Callable, Iterator

import numpy as np
from jaxtyping import Float, Float32

N_PASSES = 8
"""Over all rows, the last to order the components; seven powers are what scikit-learn takes for as few components."""
N_MORE = 10
"""Directions beyond those asked for, without which the last ones come slowly."""

Blocks = Callable[[], Iterator[Float32[np.ndarray, "n_rows n_values"]]]


def principal_components_of_blocks(
    blocks: Blocks, dim: int, *, rng: np.random.Generator
) -> tuple[Float[np.ndarray, " n_values"], Float[np.ndarray, "dim n_values"]]:
    """Return the mean and the first `dim` principal components, each with its largest entry positive.

    Args:
        blocks: Begins a pass over all rows, some at a time; called `N_PASSES + 1` times.
        dim: At most the number of rows, and of values in a row.
        rng: Draws the directions to begin with.

    Reference: Halko, Martinsson, Tropp, "Finding Structure with Randomness: Probabilistic Algorithms for Constructing
    Approximate Matrix Decompositions", SIAM Review 2011, algorithm 4.4 on the covariance, then Rayleigh–Ritz.
    """
    mean = _mean(blocks())
    n_values = len(mean)
    directions = rng.standard_normal((n_values, min(dim + N_MORE, n_values)))
    for _ in range(N_PASSES - 1):
        directions = np.linalg.qr(_covariance_times(blocks(), mean, directions))[0]
    shares = directions.T @ _covariance_times(blocks(), mean, directions)
    _, rotation = np.linalg.eigh((shares + shares.T) / 2)
    components = (directions @ rotation[:, ::-1][:, :dim]).T
    largest = components[np.arange(dim), np.abs(components).argmax(axis=1)]
    return mean, components * np.sign(largest)[:, None]


def _mean(blocks: Iterator[np.ndarray]) -> Float[np.ndarray, " n_values"]:
    n_rows, total = 0, 0.0
    for block in blocks:
        n_rows, total = n_rows + len(block), total + block.sum(axis=0, dtype=np.float64)
    return np.asarray(total) / n_rows


def _covariance_times(
    blocks: Iterator[np.ndarray], mean: np.ndarray, directions: Float[np.ndarray, "n_values n_directions"]
) -> Float[np.ndarray, "n_values n_directions"]:
    """Return the product of the rows' scatter matrix with some directions; the matrix itself is never made."""
    product, thin, offset = np.zeros(directions.shape), directions.astype(np.float32), mean.astype(np.float32)
    for block in blocks:
        centred = block - offset
        product += centred.T @ (centred @ thin)
    return product
