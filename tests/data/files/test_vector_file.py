"""Vectors from tables, with what stands beside them.

Tests umeta.data.files.vector_table and umeta.data.files.vector_checks too; further ways in which a file can be wrong
are tested where embeddings are imported.
"""

import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet

from umeta.data.files.vector_file import Choice, Vectors, read_vectors
from umeta.stage import UserError

N, DIM = 12, 4
VALUES = np.random.default_rng(0).normal(size=(N, DIM)).astype(np.float32)
IDS = [f"a/{k}.png" for k in range(N)]
FAMILY = {f"e{k}": VALUES[:, k] for k in range(DIM)}


def save(folder: Path, columns: dict[str, object]) -> Path:
    parquet.write_table(pa.table(columns), folder / "mine.parquet")
    return folder / "mine.parquet"


def read(path: Path, **options: str) -> Vectors:
    return read_vectors(path, Choice("encoder", **options))


def test_classes_and_the_index_of_pandas_are_not_used_and_are_named(tmp_path: Path) -> None:
    rows = read(save(tmp_path, {"id": IDS, "label": [0] * N, **FAMILY, "__index_level_0__": range(N)}))
    np.testing.assert_array_equal(rows.vectors, VALUES)
    assert (rows.ids, rows.splits) == (IDS, None)
    assert rows.unused == ("label", "__index_level_0__")
    assert rows.labels == ("label",)


@pytest.mark.parametrize(
    "column",
    [
        pa.array(VALUES.tolist()),
        pa.array(VALUES.tolist(), pa.large_list(pa.float32())),
        pa.array(VALUES.tolist(), pa.list_(pa.float32(), DIM)),
        pa.array(VALUES.astype(np.float16).tolist(), pa.list_(pa.float16())),
        pa.chunked_array([VALUES[:5].tolist(), VALUES[5:].tolist()]),
    ],
    ids=["list", "large", "fixed", "half", "chunks"],
)
def test_vectors_may_be_lists_of_any_kind(column: pa.Array, tmp_path: Path) -> None:
    vectors = read(save(tmp_path, {"id": IDS, "embedding": column})).vectors
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(vectors, VALUES, atol=2e-3)


def test_a_csv_gives_the_same_as_a_parquet(tmp_path: Path) -> None:
    lines = [",".join(["007" if k == 0 else IDS[k], *map(repr, VALUES[k].tolist()), "x"]) for k in range(N)]
    (tmp_path / "mine.csv").write_text("\n".join([",".join(["id", *FAMILY, "label"]), *lines]))
    rows = read(tmp_path / "mine.csv")
    np.testing.assert_array_equal(rows.vectors, VALUES)
    assert list(rows.ids or ()) == ["007", *IDS[1:]]
    assert rows.labels == ("label",)


def test_columns_and_ids_are_chosen_by_a_person(tmp_path: Path) -> None:
    path = save(tmp_path, {"id": range(N), "name": IDS, **FAMILY, "x1": VALUES[:, 0], "x2": VALUES[:, 1]})
    with pytest.raises(UserError, match="several kinds of vectors: e0 … e3 and x1 … x2"):
        read(path)
    rows = read(path, columns="x*", ids="name")
    np.testing.assert_array_equal(rows.vectors, VALUES[:, :2])
    assert rows.ids == IDS
    with pytest.raises(
        UserError, match=r"encoder.ids=nobody: .* has no such column, but id \(whole numbers\)"
    ):
        read(path, columns="x*", ids="nobody")
    with pytest.raises(
        UserError, match="the column e0 holds decimal numbers; text or whole numbers are expected"
    ):
        read(path, columns="x*", ids="e0")


def with_null(values: np.ndarray) -> pa.Array:
    return pa.array([None, *values[1:].tolist()])


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        (
            {"id": IDS, **FAMILY, "e1": with_null(VALUES[:, 1])},
            "1 of 12 rows have no e1. Leave these rows out",
        ),
        ({"id": IDS, **FAMILY, "e1": np.full(N, np.nan)}, "12 of 12 embeddings hold NaN"),
        ({"id": with_null(np.array(IDS)), **FAMILY}, "1 of 12 rows have no id. Fill it in"),
        ({"id": [b"\xff"] * N, **FAMILY}, "cannot be read: .* codec can't decode"),
        ({"id": ["a"] * N, **FAMILY}, "11 ids stand there more than once, e.g. 'a'"),
        ({"id": IDS, "embedding": with_null(VALUES)}, "1 of 12 rows have no embedding"),
        ({"id": IDS, "embedding": [[1.0, None]] * N}, "12 numbers in the vectors are missing"),
        ({"id": IDS, "embedding": [[1.0]] * 11 + [[1.0, 2.0]]}, "between 1 and 2 dimensions"),
        ({"id": IDS, "embedding": pa.array([[]] * N, pa.list_(pa.float32()))}, "between 0 and 0 dimensions"),
        ({"id": [], **{name: pa.array([], pa.float32()) for name in FAMILY}}, "has no rows"),
    ],
)
def test_rows_that_are_not_sound(columns: dict[str, object], message: str, tmp_path: Path) -> None:
    with pytest.raises(UserError, match=message):
        read(save(tmp_path, columns))


def test_text_where_numbers_were_chosen(tmp_path: Path) -> None:
    (tmp_path / "mine.csv").write_text("id,p,q\na,0.5,1\nb,none,2\n")
    with pytest.raises(UserError, match=r"encoder.columns=p,q: .* has no column|does not hold numbers alone"):
        read(tmp_path / "mine.csv", columns="p,q")


@pytest.mark.parametrize("n_splits", [N - 1, N + 1])
def test_each_row_needs_a_split_if_any_has_one(n_splits: int, tmp_path: Path) -> None:
    splits = ["meta_train"] * n_splits
    np.savez(tmp_path / "a.npz", embeddings=VALUES, split=splits)
    np.save(tmp_path / "b.npy", VALUES)
    (tmp_path / "b.ids.json").write_text(json.dumps({"ids": IDS, "split": splits}))
    for name in ("a.npz", "b.npy"):
        message = f"{n_splits} values of `split` for 12 vectors; give one per row"
        with pytest.raises(UserError, match=message):
            read(tmp_path / name)


def test_an_array_is_found_by_its_name(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", ids=IDS, embeddings=VALUES, x=VALUES[:, :2], labels=np.zeros(N))
    rows = read(tmp_path / "a.npz")
    assert rows.labels == ("labels",)
    assert rows.vectors.shape == (N, DIM)
    assert read(tmp_path / "a.npz", columns="x").vectors.shape == (N, 2)
    with pytest.raises(
        UserError, match=r"holds the arrays ids \(<U8 \(12,\)\), embeddings .*Name the array of vec"
    ):
        read(tmp_path / "a.npz", columns="y")
