"""Files of embeddings: a row for each item, matched by id, and which rows the embedding was fitted on.

`.npz` holds `ids` and `embeddings`; `.npy` holds the embeddings, with the ids in `NAME.ids.txt` (one a line) or
`NAME.ids.json` beside it; `.parquet` and `.csv` hold a column `id` and one column of vectors or one column per
dimension. Each may give the split of every row in `split` (meta_train, meta_val, meta_test or none): the rows of
meta_train are those that the embedding was fitted on.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from jaxtyping import Bool, Float32

from umeta.data import SPLITS
from umeta.data.files.vector_checks import some_of
from umeta.data.files.vector_columns import ID_COLUMNS
from umeta.data.files.vector_file import Choice, read_vectors
from umeta.stage import UserError, content_hash

Stamps = tuple[tuple[str, int, int], ...]
"""The name, size and time of each file that belongs to an embedding: it is read again when one of them changes."""


@dataclass(frozen=True, eq=False)
class EmbeddingTable:
    """What a file of embeddings holds."""

    ids: Sequence[str]
    vectors: Float32[np.ndarray, "n_rows dim"]
    fitted_on: Bool[np.ndarray, " n_rows"] | None
    """Which rows it was fitted on; None if the file does not say."""
    unused_labels: tuple[str, ...] = ()
    """The names of columns of classes, which take no part."""
    other_ids: tuple[str, ...] = ()
    """The names of further columns that may hold ids."""


def stamps_of(path: Path) -> Stamps:
    """Return the stamps of the file and, for `.npy`, of the ids beside it."""
    is_npy = path.suffix.lower() == ".npy"
    ids = [path.with_suffix(ending) for ending in (".ids.txt", ".ids.json")] if is_npy else []
    stats = [(str(file), file.stat()) for file in (path, *ids) if file.is_file()]
    return tuple((name, stat.st_size, stat.st_mtime_ns) for name, stat in stats)


@lru_cache(maxsize=8)
def content_of(stamps: Stamps) -> str:
    """Return the hash of what the files hold, wherever they are."""
    digests = []
    for name, _, _ in stamps:
        with Path(name).open("rb") as stream:
            digests.append([Path(name).suffix, hashlib.file_digest(stream, "sha256").hexdigest()])
    return content_hash(digests, 32)


@lru_cache(maxsize=1)
def read_table(path: Path, stamps: Stamps, choice: Choice) -> EmbeddingTable:
    """Read and check a file of embeddings.

    Raises:
        UserError: it cannot be read, or its rows, ids or numbers are not sound.
    """
    rows = read_vectors(path, choice)
    if rows.ids is None:
        raise UserError(_without_ids(path, rows.unused))
    others = tuple(name for name in rows.unused if name in ID_COLUMNS)
    return EmbeddingTable(rows.ids, rows.vectors, _fitted_on(rows.splits, path), rows.labels, others)


def _without_ids(path: Path, names: Sequence[str]) -> str:
    if path.suffix.lower() == ".npy":
        text, record = path.with_suffix(".ids.txt"), path.with_suffix(".ids.json")
        return f"{path} has no ids beside it. Put them into {text.name} (one a line) or {record.name}."
    beside = f" Beside the vectors it holds {some_of(names)}." if names else ""
    return f"{path} has no ids, such as a column `id`.{beside} Add them, or name their column by encoder.ids."


def _fitted_on(splits: Sequence[str] | None, path: Path) -> np.ndarray | None:
    if splits is None:
        return None
    unknown = sorted({split for split in splits if split not in (*SPLITS, "", "none")})
    if unknown:
        raise UserError(f"{path}: `split` holds {some_of(unknown)}; use {', '.join(SPLITS)} or none.")
    return np.array([split == SPLITS[0] for split in splits])
