"""Finished embeddings from elsewhere, matched to the items by their ids.

`.npz` holds `ids` and `embeddings`; `.npy` holds the embeddings, with the ids in `NAME.ids.txt` (one a line) or
`NAME.ids.json` beside it; `.parquet` holds a column `id` and one column of vectors or one column per dimension.
Each may give the split of every row in `split` (meta_train, meta_val, meta_test or none): the rows of meta_train are
those that the embedding was fitted on.
"""

import hashlib
import json
import logging
import zipfile
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import torch
from jaxtyping import Bool, Float32, Int64
from pydantic import Field, field_validator

from umeta.data import SPLITS, ImageSet
from umeta.encoders.encoder import State
from umeta.stage import Method, OnStep, UserError, content_hash, ignore_step

log = logging.getLogger(__name__)

ID_COLUMNS = ("id", "ids", "item", "image", "filename")
VECTOR_COLUMNS = ("embedding", "embeddings", "vector")
UNKNOWN = "fitted on unknown items"

_BROKEN = (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, zlib.error)


@dataclass(frozen=True, eq=False)
class Table:
    """What a file of embeddings holds."""

    ids: Sequence[str]
    vectors: Float32[np.ndarray, "n_rows dim"]
    fitted_on: Bool[np.ndarray, " n_rows"] | None
    """Which rows it was fitted on; None if the file does not say."""


class Imported(Method):
    """The embedding in the file of `import:PATH`. Its fitting is checking that it fits."""

    trains: ClassVar[bool] = False

    name: str = Field(pattern=r"^import:.+")
    dim: None = None

    @field_validator("name")
    @classmethod
    def _whole_path(cls, name: str) -> str:
        # a run that is resumed from another folder must find the same file
        try:
            return f"import:{Path(name.partition(':')[2]).expanduser().absolute()}"
        except RuntimeError as error:  # the home of nobody
            raise ValueError(f"encoder={name}: the path cannot be followed: {error} Give another.") from None

    @property
    def path(self) -> Path:
        """Where the file is."""
        return Path(self.argument)

    @property
    def note(self) -> str:
        """What must be said wherever its results are shown; empty if the file says what it was fitted on."""
        return UNKNOWN if _table(*self._stamped()).fitted_on is None else ""

    def made_from(self) -> dict[str, Any]:
        """Return what identifies the embedding: the content of its files, wherever they are."""
        return {"name": "import", "content": _content(*self._stamped()), "code_version": self.code_version}

    def fit(self, images: ImageSet, *, device: torch.device, on_step: OnStep = ignore_step) -> State:
        """Find the rows of the meta_train images."""
        table = _table(*self._stamped())
        if table.fitted_on is None:
            log.warning("encoder=%s: %s; give every row's `split` in the file.", self.name, UNKNOWN)
        return {"rows_of_meta_train": self._rows(table, images)}

    def encode(
        self, state: State, images: ImageSet, *, device: torch.device, on_step: OnStep = ignore_step
    ) -> Float32[np.ndarray, "n_items dim"]:
        """Return the rows of the images.

        Raises:
            UserError: an image has no row, or the embedding was fitted on images that are not in meta_train here.
        """
        table = _table(*self._stamped())
        rows = self._rows(table, images)
        if table.fitted_on is not None:
            outside = rows[table.fitted_on[rows] & ~np.isin(rows, state["rows_of_meta_train"])]
            if len(outside):
                fitted = int(table.fitted_on[rows].sum())
                raise UserError(
                    f"encoder={self.name}: {len(outside):,} of the {fitted:,} items of {images.name} that it was "
                    f"fitted on are not in meta_train under this split, e.g. "
                    f"{_some([table.ids[int(row)] for row in outside])}. Choose the dataset.split and "
                    "dataset.split_seed that it was made with, or embed the images with "
                    "an encoder fitted on this split's meta_train alone."
                )
        return np.ascontiguousarray(table.vectors[rows])

    def _rows(self, table: Table, images: ImageSet) -> Int64[np.ndarray, " n_items"]:
        row_of = {name: row for row, name in enumerate(table.ids)}
        missing = [name for name in images.ids if name not in row_of]
        if missing:
            raise UserError(
                f"encoder={self.name}: {len(missing):,} of {len(images):,} items of {images.name} have no row, e.g. "
                f"{_some(missing)}; the file's {len(table.ids):,} ids are like {_some(table.ids)}. Name each row by "
                "its item's id."
            )
        return np.array([row_of[name] for name in images.ids], np.int64)

    def _stamped(self) -> tuple[Path, tuple[tuple[str, int, int], ...]]:
        """Return the path, and the size and time of each file: what was read is read again when one changes."""
        beside = [self.path.with_suffix(ending) for ending in (".ids.txt", ".ids.json")]
        read = [self.path, *(beside if self.path.suffix == ".npy" else ())]
        stats = [(str(one), one.stat()) for one in read if one.is_file()]
        if not self.path.is_file():
            raise UserError(
                f"encoder={self.name}: there is no file {self.path}. Give the path of an existing one."
            )
        return self.path, tuple((name, stat.st_size, stat.st_mtime_ns) for name, stat in stats)


@lru_cache(maxsize=8)
def _content(path: Path, stamps: tuple[tuple[str, int, int], ...]) -> str:
    digests = []
    for name, _, _ in stamps:
        with Path(name).open("rb") as stream:
            digests.append([Path(name).suffix, hashlib.file_digest(stream, "sha256").hexdigest()])
    return content_hash(digests, 32)


@lru_cache(maxsize=1)
def _table(path: Path, stamps: tuple[tuple[str, int, int], ...]) -> Table:
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
    return Table(ids, _checked_vectors(vectors, ids, path), _fitted_on(splits, ids, path))


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
            f"{path}: {len(double):,} ids stand there more than once, e.g. {_some(double)}. Keep one row each."
        )
    with np.errstate(over="ignore"):
        vectors = np.ascontiguousarray(vectors, np.float32)
    bad = np.flatnonzero(~np.isfinite(vectors).all(axis=1))
    if len(bad):
        raise UserError(
            f"{path}: {len(bad):,} of {len(vectors):,} embeddings hold NaN or infinity, e.g. that of "
            f"{_some([ids[int(row)] for row in bad])}. Embed these items again."
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
        raise UserError(f"{path}: `split` holds {_some(unknown)}; use {', '.join(SPLITS)} or none.")
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
        known = json.loads(record.read_text(encoding="utf-8"))
        known = known if isinstance(known, dict) else {"ids": known}
        if not isinstance(known.get("ids"), list) or not isinstance(known.get("split", []), list):
            raise UserError(
                f"{record} is neither a list of ids nor a mapping with the lists `ids` and `split`."
            )
        ids = [str(name) for name in known["ids"]]
        splits = [str(split) for split in known["split"]] if "split" in known else None
    else:
        raise UserError(
            f"{path} has no ids beside it. Put them into {text.name} (one a line) or {record.name}."
        )
    return ids, np.load(path, allow_pickle=False), splits


def _read_parquet(path: Path) -> Raw:
    from pyarrow import parquet, types

    table = parquet.read_table(path)
    kinds: dict[str, Any] = {name: table.schema.field(name).type for name in table.column_names}
    shown = ", ".join(f"{name} ({kind})" for name, kind in list(kinds.items())[:8])
    id_column = next((name for name in ID_COLUMNS if name in kinds), None)
    is_list = lambda kind: types.is_list(kind) or types.is_large_list(kind) or types.is_fixed_size_list(kind)  # noqa: E731
    lists = [name for name, kind in kinds.items() if is_list(kind)]
    numbers = [
        name
        for name, kind in kinds.items()
        if name not in (id_column, "split") and (types.is_floating(kind) or types.is_integer(kind))
    ]
    named = next((name for name in VECTOR_COLUMNS if name in lists), None)
    if id_column is None or not (named or len(lists) == 1 or (numbers and not lists)):
        raise UserError(
            f"{path} has the columns {shown}; a column `id`, and one column `embedding` of vectors or one column of "
            "numbers per dimension are expected."
        )
    ids = [str(value) for value in table.column(id_column).to_pylist()]
    splits = None
    if "split" in kinds:
        splits = ["" if value is None else str(value) for value in table.column("split").to_pylist()]
    if named or lists:
        vectors = [np.asarray(value, np.float64) for value in table.column(named or lists[0]).to_pylist()]
        lengths = {vector.shape for vector in vectors}
        if len(lengths) > 1:
            found = sorted(len(vector) if vector.ndim else 0 for vector in vectors)
            raise UserError(
                f"{path}: the vectors have between {found[0]} and {found[-1]} dimensions; all need the same number."
            )
        return ids, np.stack(vectors) if vectors else np.empty((0, 0)), splits
    columns = [np.asarray(table.column(name).to_numpy(), np.float64) for name in numbers]
    return ids, np.stack(columns, axis=1), splits


_READERS: dict[str, Callable[[Path], Raw]] = {".npy": _read_npy, ".npz": _read_npz, ".parquet": _read_parquet}


def _texts(values: np.ndarray) -> list[str]:
    """Return names as text, whether they were saved as text, bytes or numbers."""
    decoded = np.char.decode(values, "utf-8") if values.dtype.kind == "S" else values
    return [str(value) for value in decoded.ravel().tolist()]


def _some(names: Sequence[str], most: int = 3) -> str:
    return ", ".join(repr(str(name)) for name in names[:most]) + (" …" if len(names) > most else "")
