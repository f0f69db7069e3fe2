"""Pictures that are copies of others, also when they were encoded, resized or lit anew.

Two pictures are near copies if their low frequencies are: the cosine transform as in a perceptual hash (16 frequencies
in each direction of the grey picture, without its mean), at a cosine of 0.99 or more, and of 0.95 in colour. That holds
for a photograph saved again as JPEG (down to quality 20), at half its size, blurred, or 20% brighter. It does not hold
for one that was cropped or shifted, nor for two drawings of one sign: of the 32,460 of Omniglot none is like another.

Reference: Zauner, "Implementation and benchmarking of perceptual image hash functions", 2010.
"""

from collections.abc import Iterator
from itertools import product
from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float32, Int, UInt8

from umeta.data.image_set import pixel_digest
from umeta.large_arrays import release
from umeta.stage import OnStep, Step, ignore_step

VERSION = 1
"""Raised whenever other pictures are taken for copies."""
N_FREQUENCIES = 16
MIN_COSINE = 0.99
MIN_COLOUR_COSINE = 0.95
"""The same with each colour for itself, which JPEG keeps less well."""
MIN_CONTRAST = 4.0
"""The standard deviation, in levels of 255, of a picture that shows anything. Others are copies only if equal."""
AT_ONCE = 1024
N_AXES = 3
"""Frequencies by which pictures are sorted into cells, so that only those of neighbouring cells are compared."""
CELL = float(np.sqrt(2 - 2 * MIN_COSINE))
"""The largest distance of two near copies, in any frequency."""


class Copies(NamedTuple):
    """Pictures of one group that have a copy in another."""

    items: Int[np.ndarray, " n_copies"]
    """The item numbers, ascending."""
    copy_of: Int[np.ndarray, " n_copies"]
    """The nearest item of the other group."""
    is_exact: Bool[np.ndarray, " n_copies"]
    """Whether the two are equal in every pixel."""


def copies_between(
    images: UInt8[np.ndarray, "n_items channels height width"],
    items: Int[np.ndarray, " n_first"],
    others: Int[np.ndarray, " n_second"],
    *,
    on_step: OnStep = ignore_step,
) -> Copies:
    """Return the items that are copies or near copies of others."""
    both = np.concatenate([items, others])
    vectors, contrast = _low_frequencies(images, both, on_step)
    shows = contrast >= MIN_CONTRAST
    is_first = np.arange(len(both)) < len(items)
    nearest = np.full(len(items), -1, np.int64)
    for rows, candidates in _neighbouring(
        vectors, np.flatnonzero(shows & is_first), np.flatnonzero(shows & ~is_first)
    ):
        cosines = vectors[rows] @ vectors[candidates].T
        best = cosines.argmax(axis=1)
        near = cosines[np.arange(len(rows)), best] >= MIN_COSINE
        nearest[rows[near]] = both[candidates[best[near]]]
    _match_blank(images, items, others, shows[: len(items)], nearest)
    rows = np.flatnonzero(nearest >= 0)
    rows = rows[_same_colours(images, items[rows], nearest[rows])]
    rows = rows[np.argsort(items[rows], kind="stable")]
    exact = [np.array_equal(images[a], images[b]) for a, b in zip(items[rows], nearest[rows], strict=True)]
    release(images)
    return Copies(items[rows], nearest[rows], np.array(exact, bool))


def _low_frequencies(
    images: np.ndarray, items: np.ndarray, on_step: OnStep
) -> tuple[Float32[np.ndarray, "n_items n_frequencies"], Float32[np.ndarray, " n_items"]]:
    """Return the low frequencies of each picture in grey, to the length 1, and its contrast."""
    down, right = (_cosines(side) for side in images.shape[2:])
    vectors = np.empty((len(items), len(down) * len(right) - 1), np.float32)
    contrast = np.empty(len(items), np.float32)
    for start in range(0, len(items), AT_ONCE):
        on_step(Step("dataset", start, len(items), note="looking for copies"))
        part = slice(start, start + AT_ONCE)
        grey = images[items[part]].mean(axis=1, dtype=np.float32)
        low = (down @ grey @ right.T).reshape(len(grey), -1)[:, 1:]
        contrast[part] = grey.std(axis=(1, 2))
        vectors[part] = low / np.maximum(np.linalg.norm(low, axis=1, keepdims=True), 1e-6)
        release(images)
    return vectors, contrast


def _cosines(side: int) -> Float32[np.ndarray, "n_low side"]:
    """Return the lowest frequencies of the cosine transform, each of length 1."""
    waves = np.cos(np.pi * np.arange(min(N_FREQUENCIES, side))[:, None] * (np.arange(side) + 0.5) / side)
    return (waves / np.linalg.norm(waves, axis=1, keepdims=True)).astype(np.float32)


def _neighbouring(
    vectors: np.ndarray, first: np.ndarray, second: np.ndarray
) -> Iterator[tuple[Int[np.ndarray, " n_rows"], Int[np.ndarray, " n_candidates"]]]:
    """Yield rows of the first group with all rows of the second that may be near copies of them, some at a time."""
    if len(first) == 0 or len(second) == 0:
        return
    axes = np.argsort(-vectors[first].std(axis=0), kind="stable")[:N_AXES]
    members = {"first": _by_cell(vectors, first, axes), "second": _by_cell(vectors, second, axes)}
    steps = list(product((-1, 0, 1), repeat=len(axes)))
    for cell, rows in members["first"].items():
        around = [tuple(np.add(cell, step).tolist()) for step in steps]
        near = [members["second"][other] for other in around if other in members["second"]]
        for start in range(0, len(rows) if near else 0, AT_ONCE):
            yield rows[start : start + AT_ONCE], np.concatenate(near)


def _by_cell(vectors: np.ndarray, rows: np.ndarray, axes: np.ndarray) -> dict[tuple[int, ...], np.ndarray]:
    """Return the rows in each cell of a grid over some frequencies."""
    cells = np.floor(vectors[rows][:, axes] / CELL).astype(np.int64)
    names, which = np.unique(cells, axis=0, return_inverse=True)
    order = np.argsort(which.ravel(), kind="stable")
    parts = np.split(rows[order], np.cumsum(np.bincount(which.ravel()))[:-1])
    return {tuple(name): part for name, part in zip(names.tolist(), parts, strict=True)}


def _match_blank(
    images: np.ndarray, items: np.ndarray, others: np.ndarray, shows: np.ndarray, nearest: np.ndarray
) -> None:
    """Match pictures that show nothing with equal ones, in place."""
    blank = np.flatnonzero(~shows)
    if len(blank):
        by_pixels = {pixel_digest(images[other]): int(other) for other in others[::-1]}
        nearest[blank] = [by_pixels.get(pixel_digest(images[items[row]]), -1) for row in blank]


def _same_colours(images: np.ndarray, items: np.ndarray, others: np.ndarray) -> Bool[np.ndarray, " n_pairs"]:
    """Return which pairs agree in colour too: two things of one shape in different colours are no copies."""
    down, right = (_cosines(side) for side in images.shape[2:])

    def colours(item: int) -> np.ndarray:
        low = down @ images[item].astype(np.float32) @ right.T
        low[:, 0, 0] -= low[:, 0, 0].mean()  # how bright the whole picture is does not count
        return low.ravel()

    def agree(a: np.ndarray, b: np.ndarray) -> bool:
        length = float(np.linalg.norm(a) * np.linalg.norm(b))
        return length == 0 or bool(a @ b >= MIN_COLOUR_COSINE * length)

    pairs = zip(items, others, strict=True)
    return np.array([agree(colours(int(a)), colours(int(b))) for a, b in pairs], bool)
