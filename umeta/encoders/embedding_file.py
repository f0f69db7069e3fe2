"""Files of embeddings: reading them and checking that they are sound.

`.npz` holds `ids` and `embeddings`; `.npy` holds the embeddings, with the ids in `NAME.ids.txt` (one a line) or
`NAME.ids.json` beside it; `.parquet` holds a column `id` and one column of vectors or one column per dimension.
Each may give the split of every row in `split` (meta_train, meta_val, meta_test or none): the rows of meta_train are
those that the embedding was fitted on.
"""

import hashlib
import json
import zipfile
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Bool, Float32

from umeta.data import SPLITS
from umeta.stage import UserError, content_hash

ID_COLUMNS = ("id", "ids", "item", "image", "filename")
VECTOR_COLUMNS = ("embedding", "embeddings", "vector")
Stamps = tuple[tuple[str, int, int], ...]
"""The name, size and time of each file that belongs to an embedding: it is read again when one of them changes."""

_BROKEN = (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, zlib.error)


@dataclass(frozen=True, eq=False)
class EmbeddingTable:
    """What a file of embeddings holds."""

    ids: Sequence[str]
    vectors: Float32[np.ndarray, "n_rows dim"]
    fitted_on: Bool[np.ndarray, " n_rows"] | None
    """Which rows it was fitted on; None if the file does not say."""


def stamps_of(path: Path) -> Stamps:
    """Return the stamps of the file and, for `.npy`, of the ids beside it."""
    ids = [path.with_suffix(ending) for ending in (".ids.txt", ".ids.json")] if path.suffix == ".npy" else []
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
def read_table(path: Path, stamps: Stamps) -> EmbeddingTable:
    """Read and check a file of embeddings.

    Raises:
        UserError: it cannot be read, or its rows, ids or numbers are not sound.
    """
    reader = _READERS.get(path.suffix)
    if reader is None:
        raise UserError(f"{path} is not one of {', '.join(_READERS)}. Save the embeddings as one of these.")
    try:
        ids, vectors, splits = reader(path)
    except UserError:
        raise
    except _BROKEN as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        if "pickle" in reason.lower():
            reason = (
                "it holds Python objects, which are never loaded; save ids as strings and vectors as numbers"
            )
        raise UserError(
            f"{path} ({path.stat().st_size:,} bytes) cannot be read: {reason}. Save it again."
        ) from None
    return EmbeddingTable(ids, _checked_vectors(vectors, ids, path), _fitted_on(splits, ids, path))


def _checked_vectors(vectors: np.ndarray, ids: Sequence[str], path: Path) -> np.ndarray:
    if vectors.ndim != 2 or vectors.dtype.kind not in "fiu" or vectors.shape[1] < 1:
        raise UserError(
            f"{path}: embeddings of shape {vectors.shape} and type {vectors.dtype}; numbers (n_items, dim) are "
            "expected."
        )
    if len(ids) != len(vectors):
        raise UserError(f"{path}: {len(ids):,} ids for {len(vectors):,} embeddings; give one id per row.")
    seen: set[str] = set()
    double = [name for name in ids if name in seen or seen.add(name)]
    if double:
        raise UserError(
            f"{path}: {len(double):,} ids stand there more than once, e.g. {some_of(double)}. Keep one row each."
        )
    with np.errstate(over="ignore"):
        vectors = np.ascontiguousarray(vectors, np.float32)
    bad = np.flatnonzero(~np.isfinite(vectors).all(axis=1))
    if len(bad):
        raise UserError(
            f"{path}: {len(bad):,} of {len(vectors):,} embeddings hold NaN or infinity, e.g. that of "
            f"{some_of([ids[int(row)] for row in bad])}. Embed these items again."
        )
    if len(vectors) > 1 and (vectors == vectors[0]).all():
        raise UserError(
            f"{path}: all {len(vectors):,} embeddings are equal, so nothing can be told apart by them. "
            "Embed the images anew."
        )
    return vectors


def _fitted_on(splits: Sequence[str] | None, ids: Sequence[str], path: Path) -> np.ndarray | None:
    if splits is None:
        return None
    if len(splits) != len(ids):
        raise UserError(f"{path}: {len(splits):,} values of `split` for {len(ids):,} ids; give one per row.")
    unknown = sorted({split for split in splits if split not in (*SPLITS, "", "none")})
    if unknown:
        raise UserError(f"{path}: `split` holds {some_of(unknown)}; use {', '.join(SPLITS)} or none.")
    return np.array([split == SPLITS[0] for split in splits])


Raw = tuple[Sequence[str], np.ndarray, Sequence[str] | None]
"""Ids, embeddings and splits as a file holds them."""


def _read_npz(path: Path) -> Raw:
    with path.open("rb") as stream, np.load(stream, allow_pickle=False) as arrays:
        if not {"ids", "embeddings"} <= set(arrays.files):
            raise UserError(
                f"{path} holds the arrays {', '.join(arrays.files) or 'none'}; ids and embeddings (and split, if "
                "known) are expected."
            )
        splits = _texts(arrays["split"]) if "split" in arrays.files else None
        return _texts(arrays["ids"]), arrays["embeddings"], splits


def _read_npy(path: Path) -> Raw:
    text, record = path.with_suffix(".ids.txt"), path.with_suffix(".ids.json")
    if text.is_file():
        ids, splits = text.read_text(encoding="utf-8").splitlines(), None
    elif record.is_file():
        content = json.loads(record.read_text(encoding="utf-8"))
        content = content if isinstance(content, dict) else {"ids": content}
        if not isinstance(content.get("ids"), list) or not isinstance(content.get("split", []), list):
            raise UserError(
                f"{record} is neither a list of ids nor a mapping with the lists `ids` and `split`."
            )
        ids = [str(name) for name in content["ids"]]
        splits = [str(split) for split in content["split"]] if "split" in content else None
    else:
        raise UserError(
            f"{path} has no ids beside it. Put them into {text.name} (one a line) or {record.name}."
        )
    return ids, np.load(path, allow_pickle=False), splits


def _read_parquet(path: Path) -> Raw:
    from pyarrow import parquet

    table = parquet.read_table(path)
    id_column, columns, are_vectors = _parquet_columns(table, path)
    ids = [str(value) for value in table.column(id_column).to_pylist()]
    splits = None
    if "split" in table.column_names:
        splits = ["" if value is None else str(value) for value in table.column("split").to_pylist()]
    if not are_vectors:
        numbers = [np.asarray(table.column(name).to_numpy(), np.float64) for name in columns]
        return ids, np.stack(numbers, axis=1), splits
    vectors = [np.asarray(value, np.float64) for value in table.column(columns[0]).to_pylist()]
    if len({vector.shape for vector in vectors}) > 1:
        lengths = sorted(len(vector) if vector.ndim else 0 for vector in vectors)
        raise UserError(
            f"{path}: the vectors have between {lengths[0]} and {lengths[-1]} dimensions; all need the same number."
        )
    return ids, np.stack(vectors) if vectors else np.empty((0, 0)), splits


def _parquet_columns(table: Any, path: Path) -> tuple[str, list[str], bool]:
    """Return the column of ids, that of the vectors or those of numbers, and whether it is of vectors."""
    from pyarrow import types

    def is_list(kind: Any) -> bool:
        return types.is_list(kind) or types.is_large_list(kind) or types.is_fixed_size_list(kind)

    kinds = {name: table.schema.field(name).type for name in table.column_names}
    id_column = next((name for name in ID_COLUMNS if name in kinds), None)
    lists = [name for name, kind in kinds.items() if is_list(kind)]
    numbers = [
        name
        for name, kind in kinds.items()
        if name not in (id_column, "split") and (types.is_floating(kind) or types.is_integer(kind))
    ]
    named = [name for name in VECTOR_COLUMNS if name in lists]
    if id_column is None or not (named or len(lists) == 1 or (numbers and not lists)):
        columns = ", ".join(f"{name} ({kind})" for name, kind in list(kinds.items())[:8])
        raise UserError(
            f"{path} has the columns {columns}; a column `id`, and one column `embedding` of vectors or one column of "
            "numbers per dimension are expected."
        )
    return (id_column, named or lists, True) if lists else (id_column, numbers, False)


_READERS: dict[str, Callable[[Path], Raw]] = {".npy": _read_npy, ".npz": _read_npz, ".parquet": _read_parquet}


def _texts(values: np.ndarray) -> list[str]:
    """Return names as text, whether they were saved as text, bytes or numbers."""
    decoded = np.char.decode(values, "utf-8") if values.dtype.kind == "S" else values
    return [str(value) for value in decoded.ravel().tolist()]


def some_of(names: Sequence[str], n: int = 3) -> str:
    """Return the first names as text, for an error."""
    return ", ".join(repr(str(name)) for name in names[:n]) + (" …" if len(names) > n else "")
