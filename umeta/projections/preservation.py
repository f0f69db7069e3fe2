"""How far a map can be believed: how many of an item's nearest neighbours are its nearest on the map too."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float32

from umeta.randomness import Stream, numpy_generator
from umeta.stage import UserError
from umeta.vectors import nearest_neighbours

NEIGHBOURS = 15
SAMPLE = 2000


@dataclass(frozen=True)
class Preservation:
    """A map's score, and what it means."""

    share: float
    """Mean share of an item's nearest neighbours in the embedding that are among its nearest on the map."""
    chance: float
    """The same for a map that places items at random."""
    n_neighbours: int
    n_sampled: int
    """Items that were asked, each about all others."""


def preservation(
    embeddings: Float32[np.ndarray, "n_items dim"],
    positions: Float32[np.ndarray, "n_items n_axes"],
    *,
    n_neighbours: int = NEIGHBOURS,
    n_sample: int = SAMPLE,
    seed: int = 0,
) -> Preservation:
    """Score a map by the neighbours it keeps, on a fixed random sample of the items against all of them.

    Raises:
        UserError: not more items than neighbours.
    """
    n_items = len(embeddings)
    if n_items <= n_neighbours:
        raise UserError(
            f"{n_neighbours} neighbours of each item need {n_neighbours + 1} items or more; there are {n_items}."
        )
    sampled_items = np.arange(n_items)
    if n_items > n_sample:
        sampled_items = np.sort(numpy_generator(seed, Stream.SAMPLE).choice(n_items, n_sample, replace=False))
    near = _others(embeddings, sampled_items, n_neighbours)
    drawn = _others(positions, sampled_items, n_neighbours)
    kept = (near[:, :, None] == drawn[:, None, :]).any(axis=2)
    return Preservation(float(kept.mean()), n_neighbours / (n_items - 1), n_neighbours, len(sampled_items))


def _others(points: np.ndarray, sampled_items: np.ndarray, count: int) -> np.ndarray:
    """Return the nearest items of each sampled item, without itself (n_sample, count)."""
    items, _ = nearest_neighbours(points, points[sampled_items], count + 1)
    own = items == sampled_items[:, None]
    own[~own.any(axis=1), -1] = True  # of more than `count` equal points the item itself may not be found
    return items[~own].reshape(len(sampled_items), count)


def describe_preservation(title: str, score: Preservation) -> str:
    """Say how far this map can be believed, and what no map can tell."""
    return (
        f"Of an image's {score.n_neighbours} nearest neighbours by its vector, {title} keeps {score.share:.0%} among "
        f"the {score.n_neighbours} nearest on the map (chance: {_percent(score.chance)}). A map cannot tell how far "
        "apart groups are, how large or dense they are, or whether a gap is real: every score here is computed from "
        "the vectors, never from the map."
    )


def _percent(share: float) -> str:
    return f"{share:.0%}" if share >= 0.01 else f"{share:.2%}" if share >= 0.0001 else "below 0.01%"
