"""How crowded the surroundings of each item are in the embedding."""

import numpy as np
from jaxtyping import Float, Float32

from umeta.randomness import Stream, numpy_generator
from umeta.vectors.neighbours import nearest_neighbours

N_NEIGHBOURS = 10
"""Neighbours whose mean distance says how crowded an item's surroundings are."""
SAMPLE_SIZE = 4000
"""Items among which the neighbours are looked for: enough to tell crowds apart, and at hand in a second."""


def distance_to_crowd(vectors: Float32[np.ndarray, "n_items dim"]) -> Float[np.ndarray, " n_items"]:
    """Return each item's mean distance to its nearest others of a fixed random sample."""
    n_items = len(vectors)
    sample = np.sort(
        numpy_generator(0, Stream.SAMPLE).choice(n_items, min(SAMPLE_SIZE, n_items), replace=False)
    )
    _, distances = nearest_neighbours(vectors[sample], vectors, min(N_NEIGHBOURS + 1, len(sample)))
    inside = np.isin(np.arange(n_items), sample)  # these find themselves first
    return np.where(inside[:, None], distances[:, 1:], distances[:, :-1]).mean(axis=1)
