"""Pictures that stand on both sides of a split."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from umeta.cache import Home
from umeta.data import SPLITS, Dataset
from umeta.data.sets.folder import Folder


def load(path: Path, home: Home, **options: object) -> Dataset:
    return Folder(name=f"folder:{path}", **{"size": 24, **options}).load(home)  # type: ignore[arg-type]


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """Parts of two classes each; two training pictures are in the test part too, one of them saved as JPEG."""
    folder = tmp_path / "photos"
    for part, classes in (("train", "ab"), ("val", "cd"), ("test", "ef")):
        for name in classes:
            (folder / part / name).mkdir(parents=True)
            for k in range(4):
                small = np.random.default_rng([ord(name), k]).integers(0, 256, (4, 4, 3)).astype(np.uint8)
                picture = Image.fromarray(small).resize((48, 48), Image.Resampling.BICUBIC)
                picture.save(folder / part / name / f"{k}.png")
    Image.open(folder / "train" / "a" / "0.png").save(folder / "test" / "e" / "same.png")
    Image.open(folder / "train" / "b" / "1.png").save(folder / "test" / "f" / "again.jpg", quality=85)
    return folder


def test_copies_across_the_split_are_counted_and_named(photos: Path, tmp_path: Path) -> None:
    home = Home(tmp_path / "home", ())
    dataset = load(photos, home)
    assert [len(dataset.items(split)) for split in SPLITS] == [8, 8, 10]
    (note,) = dataset.card.notes
    assert note == (
        "On both sides of the split: 1 copy and 1 near copy of pictures in a later split: train/a/0.png of "
        "test/e/same.png, train/b/1.png of test/f/again.jpg. dataset.duplicates=leave_out leaves them out."
    )
    assert load(photos, home).card.notes == (note,)


def test_copies_are_left_out_of_the_earlier_split_on_request(photos: Path, tmp_path: Path) -> None:
    home = Home(tmp_path / "home", ())
    dataset = load(photos, home, duplicates="leave_out")
    assert [len(dataset.items(split)) for split in SPLITS] == [6, 8, 10]
    left_out = {dataset.images.ids[int(item)] for item in np.flatnonzero(dataset.split_of < 0)}
    assert left_out == {"train/a/0.png", "train/b/1.png"}
    assert dataset.card.notes[0].startswith(
        "Left out: 1 copy and 1 near copy of pictures in a later split: train/a"
    )
    assert dataset.content == load(photos, home).content


def test_without_copies_nothing_is_said(photos: Path, tmp_path: Path) -> None:
    (photos / "test" / "e" / "same.png").unlink()
    (photos / "test" / "f" / "again.jpg").unlink()
    assert load(photos, Home(tmp_path / "home", ()), duplicates="leave_out").card.notes == ()
