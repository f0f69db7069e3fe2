"""Vectors without images are a data set.

Tests umeta.data.sets.point_tiles and umeta.encoders.given_vectors too.
"""

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
import torch
from pyarrow import parquet

from umeta.cache import Home
from umeta.data import DATASETS, Dataset
from umeta.data.sets.point_tiles import point_tiles, side_of
from umeta.encoders import ENCODERS
from umeta.runs import RunConfig, products
from umeta.runs.pipeline import execute
from umeta.stage import UserError
from umeta.studies.grid import build_cell

N, DIM = 90, 12
CLASSES = np.repeat(np.arange(9), 10)
VALUES = (np.random.default_rng(0).normal(size=(N, DIM)) + 3 * np.eye(9, DIM)[CLASSES]).astype(np.float32)
IDS = np.array([f"point {k}" for k in range(N)])


def load(path: Path, **options: Any) -> Dataset:
    return DATASETS.parse({"name": f"vectors:{path}", **options}).load(Home(path.parent / "home", ()))


def save(folder: Path, **arrays: np.ndarray) -> Path:
    np.savez(folder / "mine.npz", embeddings=VALUES, **arrays)  # pyright: ignore[reportArgumentType]
    return folder / "mine.npz"


def embed(dataset: Dataset, home: Home, encoder: str = "vectors") -> np.ndarray:
    return products.embed(dataset, ENCODERS.parse(encoder), home, device=torch.device("cpu")).vectors


def test_the_encoder_gives_each_item_its_vector(tmp_path: Path) -> None:
    dataset = load(save(tmp_path, ids=IDS, labels=CLASSES))
    rows = [IDS.tolist().index(name) for name in dataset.images.ids]
    np.testing.assert_array_equal(embed(dataset, Home(tmp_path / "h", ())), VALUES[rows])
    np.testing.assert_array_equal(dataset.classes.values, CLASSES[rows])
    assert dataset.images.item_shape == (1, 28, 28)
    assert any("There are no images" in note for note in dataset.card.notes)
    taken = dataset.images.take(np.array([3, 1]))
    np.testing.assert_array_equal(taken.vectors, VALUES[[rows[3], rows[1]]])


def test_pictures_are_as_different_as_the_vectors(tmp_path: Path) -> None:
    dataset = load(save(tmp_path, ids=IDS, labels=CLASSES))
    pixels = embed(dataset, Home(tmp_path / "h", ()), "pixels")
    vectors = embed(dataset, Home(tmp_path / "h", ()))
    distances = [np.linalg.norm(of[:, None] - of[None], axis=2).ravel() for of in (pixels, vectors)]
    assert np.corrcoef(*distances)[0, 1] > 0.97


def test_other_vectors_of_equal_pictures_are_other_images(tmp_path: Path) -> None:
    first = load(save(tmp_path, ids=IDS)).images
    np.savez(tmp_path / "other.npz", embeddings=VALUES * (1 + 1e-6), ids=IDS)
    other = load(tmp_path / "other.npz").images
    np.testing.assert_array_equal(first.images, other.images)
    assert first.fingerprint != other.fingerprint


def test_without_ids_and_classes_rows_are_numbered(tmp_path: Path) -> None:
    np.save(tmp_path / "mine.npy", VALUES)
    dataset = load(tmp_path / "mine.npy")
    assert not dataset.is_labelled
    assert sorted(dataset.images.ids)[:2] == ["row 00", "row 01"]


def test_a_table_brings_classes_a_split_and_attributes(tmp_path: Path) -> None:
    columns = {f"e{k}": VALUES[:, k] for k in range(DIM)}
    split = np.where(np.arange(N) < 60, "train", "test")
    table = pa.table({"id": IDS, **columns, "label": CLASSES, "town": ["a", "b", "c"] * 30, "split": split})
    parquet.write_table(table, tmp_path / "mine.parquet")
    dataset = load(tmp_path / "mine.parquet")
    assert dataset.attributes["town"].names == ["a", "b", "c"]
    assert len(dataset.items("meta_test")) == 30
    assert dataset.is_labelled


@pytest.mark.parametrize(
    ("arrays", "options", "message"),
    [
        ({"labels": CLASSES[:3]}, {}, "3 classes for 90 vectors; give one each"),
        ({"split": np.array(["train"] * 50)}, {}, "50 values of `split` for 90 vectors; give one per row"),
        ({}, {"class_column": "kind"}, "dataset.class_column=kind: .* has no such array, but none"),
        ({"vectors": VALUES}, {}, "Name the array of vectors by dataset.columns"),
        ({}, {"columns": "e*"}, "Name the array of vectors by dataset.columns"),
    ],
)
def test_what_is_not_clear_is_refused(
    arrays: dict[str, np.ndarray], options: dict[str, Any], message: str, tmp_path: Path
) -> None:
    with pytest.raises(UserError, match=message):
        load(save(tmp_path, **arrays), **options)


def test_the_encoder_needs_vectors(tmp_path: Path) -> None:
    digits = DATASETS.parse("digits").load(Home(tmp_path / "h", ()))
    with pytest.raises(UserError, match="digits has images alone. Choose another encoder"):
        embed(digits, Home(tmp_path / "h", ()))


def test_numbers_are_squares_of_one_scale() -> None:
    tiles = point_tiles(np.array([[0, 1, 2, 3], [3, 2, 1, 0]], np.float32), 8)
    assert tiles[0, 0, ::4, ::4].tolist() == [[0, 85], [170, 255]]
    assert (tiles[0, 0, :4, :4] == 0).all()
    assert (side_of(16, None), side_of(4096, None), side_of(16, 40)) == (28, 64, 40)
    assert point_tiles(np.ones((2, 3), np.float32), 28).shape == (2, 1, 28, 28)
    for dim, size in ((4096, 28), (70_000, None)):
        with pytest.raises(UserError, match="numbers are drawn with"):
            side_of(dim, size)


def test_a_run_on_vectors_works_on_them_unless_another_encoder_is_named(tmp_path: Path) -> None:
    home, own = Home(tmp_path / "h", ()), f"dataset=vectors:{save(tmp_path, ids=IDS, labels=CLASSES)}"

    def encoder(*words: str) -> str:
        return RunConfig.from_keys(["test.n_way=2", *words]).encoder.name

    assert encoder(own) == "vectors"
    assert encoder(own, "encoder=pca") == "pca"
    assert encoder("dataset=digits") == "pretrained:glyphs"
    _, result = execute(RunConfig.from_keys([own, "learner=none", "test.n_tasks=20", "test.n_way=2"]), home)
    assert result.config["encoder"]["name"] == "vectors"
    assert max(row.accuracy for row in result.rows) > 0.8  # the classes lie three deviations apart
    assert build_cell(
        [{"dataset": own.partition("=")[2], "partition": {"name": "kmeans", "n_clusters": 9}}], "smoke", "cpu"
    ).encoder.name == ("vectors")
