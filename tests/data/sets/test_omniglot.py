"""On the real files (see conftest)."""

import io
import time
import zipfile
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from umeta.cache import Home
from umeta.data import SPLITS, Dataset
from umeta.data.sets.omniglot import Omniglot

pytestmark = pytest.mark.lengthy


def load(home: Home, **options: object) -> Dataset:
    return Omniglot.model_validate(options).load(home)


def test_holds_all_drawings_characters_and_alphabets(omniglot: Dataset) -> None:
    assert omniglot.images.images.shape == (32460, 1, 28, 28)
    assert len(set(omniglot.images.ids)) == 32460
    assert len(omniglot.classes.names) == len(np.unique(omniglot.classes.values)) == 1623
    assert set(Counter(omniglot.classes.values.tolist()).values()) == {20}
    assert len(omniglot.attributes["alphabet"].names) == 50


def test_ink_is_255_on_0_and_about_eight_percent(omniglot: Dataset) -> None:
    assert np.unique(omniglot.images.images).tolist() == [0, 255]
    assert 0.06 < (omniglot.images.images > 0).mean() < 0.10


def test_every_id_says_its_class_alphabet_part_and_drawer(omniglot: Dataset) -> None:
    for i in range(0, 32460, 97):
        part, alphabet, character, file = omniglot.images.ids[i].split("/")
        known = {key: one.names[one.values[i]] for key, one in omniglot.attributes.items()}
        assert omniglot.classes.names[omniglot.classes.values[i]] == f"{alphabet}/{character}"
        assert known == {"part": part, "alphabet": alphabet, "drawer": f"{alphabet}/drawer{file[-2:]}"}


def test_a_drawer_draws_every_character_of_the_alphabet_once(omniglot: Dataset) -> None:
    drawers = omniglot.attributes["drawer"]
    assert len(drawers.names) == 1000
    pairs = set(zip(drawers.values.tolist(), omniglot.classes.values.tolist(), strict=True))
    assert len(pairs) == 32460


def test_pixels_equal_an_independent_decoding(omniglot: Dataset, omniglot_files: tuple[Path, Path]) -> None:
    if not all(path.is_file() for path in omniglot_files):
        pytest.skip("the real files are folders")
    nearest = ((np.arange(28) + 0.5) * 105 / 28).astype(int)
    for path in omniglot_files:
        with zipfile.ZipFile(path) as archive:
            inside = [i for i, name in enumerate(omniglot.images.ids) if name.startswith(path.stem)]
            for i in inside[::131]:
                original = Image.open(io.BytesIO(archive.read(f"{omniglot.images.ids[i]}.png")))
                assert (original.mode, original.size) == ("1", (105, 105))
                ink = 255 - 255 * np.asarray(original).astype(np.uint8)
                np.testing.assert_array_equal(omniglot.images.images[i, 0], ink[nearest][:, nearest])
                resized = np.asarray(original.resize((28, 28), Image.Resampling.NEAREST))
                np.testing.assert_array_equal(omniglot.images.images[i, 0] == 0, resized)


@pytest.mark.parametrize(
    ("split", "classes"),
    [("paper", (1100, 100, 423)), ("vinyals", (1028, 172, 423)), ("lake", (836, 128, 659))],
)
def test_splits_have_their_classes_and_say_so(
    omniglot: Dataset, shared_home: Home, split: str, classes: tuple[int, int, int]
) -> None:
    dataset = load(shared_home, split=split)
    assert tuple(dataset.n_classes(name) for name in SPLITS) == classes
    assert tuple(len(dataset.items(name)) for name in SPLITS) == tuple(20 * n for n in classes)
    split_of_class = {
        (k, s) for k, s in zip(dataset.classes.values.tolist(), dataset.split_of.tolist(), strict=True)
    }
    assert len(split_of_class) == 1623  # no class stands in two splits
    assert dataset.card.split.startswith(f"{split}: ")
    assert dataset.card.split.count(".") >= 1


def test_lake_never_mixes_the_parts_and_holds_out_whole_alphabets(
    omniglot: Dataset, shared_home: Home
) -> None:
    held_out = set()
    for seed in range(3):
        dataset = load(shared_home, split="lake", split_seed=seed)
        parts, alphabets = dataset.attributes["part"], dataset.attributes["alphabet"]
        np.testing.assert_array_equal(dataset.split_of == 2, parts.values == 1)
        sets = [set(alphabets.values[dataset.items(name)].tolist()) for name in SPLITS]
        assert [len(alphabets) for alphabets in sets] == [25, 5, 20]
        assert not sets[0] & sets[1]
        held_out.add(frozenset(sets[1]))
    assert len(held_out) == 3


def test_vinyals_is_the_same_for_every_seed_and_test_is_all_evaluation(
    omniglot: Dataset, shared_home: Home
) -> None:
    one, two = (load(shared_home, split="vinyals", split_seed=seed) for seed in (0, 1))
    np.testing.assert_array_equal(one.split_of, two.split_of)
    assert set(one.attributes["part"].values[one.items("meta_test")].tolist()) == {1}


def test_paper_split_is_a_shuffle_of_both_parts_by_seed(omniglot: Dataset, shared_home: Home) -> None:
    again, other = (load(shared_home, split_seed=seed) for seed in (0, 1))
    np.testing.assert_array_equal(omniglot.split_of, again.split_of)
    assert (omniglot.split_of != other.split_of).any()
    for name in SPLITS:
        background = (omniglot.attributes["part"].values[omniglot.items(name)] == 0).mean()
        assert 0.4 < background < 0.8  # 964 of 1,623 over all


def test_two_homes_give_the_same_data_and_the_second_load_is_fast(
    omniglot: Dataset, home: Home, shared_home: Home
) -> None:
    notes = []
    fresh = Omniglot().load(home, on_step=notes.append)
    assert [notes[0].done, notes[-1].done, notes[-1].total] == [0, 32460, 32460]
    np.testing.assert_array_equal(fresh.images.images, omniglot.images.images)
    assert list(fresh.images.ids) == list(omniglot.images.ids)
    assert fresh.images.fingerprint == omniglot.images.fingerprint
    np.testing.assert_array_equal(fresh.split_of, omniglot.split_of)
    seconds = []
    for _ in range(3):  # the best of three, as the machine may be busy
        started = time.perf_counter()
        Omniglot().load(home, on_step=lambda step: pytest.fail("nothing is read again"))
        seconds.append(time.perf_counter() - started)
    assert min(seconds) < 0.5


def test_order_of_the_items_tells_nothing_of_their_classes(omniglot: Dataset) -> None:
    for attribute in (omniglot.classes, omniglot.attributes["alphabet"], omniglot.attributes["part"]):
        neighbours = (attribute.values[1:] == attribute.values[:-1]).mean()
        shares = np.bincount(attribute.values) / len(attribute.values)
        assert neighbours == pytest.approx((shares**2).sum(), abs=0.015)


def test_turned_characters_are_classes_of_their_own(shared_home: Home) -> None:
    train, everywhere = load(shared_home, rotated="meta_train"), load(shared_home, rotated="all")
    splits = ("meta_train", "meta_val", "meta_test")
    assert [train.n_classes(split) for split in splits] == [4400, 100, 423]
    assert [everywhere.n_classes(split) for split in splits] == [4400, 400, 1692]
    assert "turned by 0, 90, 180 and 270 degrees" in everywhere.card.notes[-1]
