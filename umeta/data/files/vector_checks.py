"""What is asked of vectors before anything is made of them: finite numbers, one row an id, not all alike."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from jaxtyping import Float32

from umeta.stage import UserError


def sound_vectors(
    vectors: np.ndarray, ids: Sequence[str] | None, path: Path
) -> Float32[np.ndarray, "n_rows dim"]:
    """Return vectors as float32.

    Raises:
        UserError: they are no rows of numbers, not one for each id, not finite, or all equal; or an id stands twice.
    """
    if vectors.ndim != 2 or vectors.dtype.kind not in "biuf" or vectors.shape[1] < 1:
        raise UserError(
            f"{path}: embeddings of shape {vectors.shape} and type {vectors.dtype}; numbers (n_items, dim) are "
            "expected."
        )
    if len(vectors) == 0:
        raise UserError(f"{path} has no rows. Give a vector for each item.")
    if ids is not None:
        _check_ids(ids, len(vectors), path)
    with np.errstate(over="ignore"):
        vectors = np.ascontiguousarray(vectors, np.float32)
    bad = np.flatnonzero(~np.isfinite(vectors).all(axis=1))
    if len(bad):
        names = [ids[int(row)] if ids is not None else f"row {row}" for row in bad[:4]]
        raise UserError(
            f"{path}: {len(bad):,} of {len(vectors):,} embeddings hold NaN or infinity, e.g. that of "
            f"{some_of(names)}. Embed these items again."
        )
    if len(vectors) > 1 and (vectors == vectors[0]).all():
        raise UserError(
            f"{path}: all {len(vectors):,} embeddings are equal, so nothing can be told apart by them. "
            "Embed the images anew."
        )
    return vectors


def some_of(names: Sequence[str], n: int = 3) -> str:
    """Return the first names as text, for an error."""
    return ", ".join(repr(str(name)[:80]) for name in names[:n]) + (" …" if len(names) > n else "")


def _check_ids(ids: Sequence[str], n_rows: int, path: Path) -> None:
    if len(ids) != n_rows:
        raise UserError(f"{path}: {len(ids):,} ids for {n_rows:,} embeddings; give one id per row.")
    seen: set[str] = set()
    double = [name for name in ids if name in seen or seen.add(name)]
    if double:
        raise UserError(
            f"{path}: {len(double):,} ids stand there more than once, e.g. {some_of(double)}. Keep one row each."
        )
