"""Tests umeta.data.dataset_method, umeta.data.registry and umeta.data.splits too."""

from dataclasses import replace

import numpy as np
import pytest

from umeta.cache import Home
from umeta.data import (
    Attribute,
    Dataset,
    DatasetCard,
    ImageSet,
    datasets_at_hand,
    download_dataset,
    split_by_counts,
    split_items,
)
from umeta.data.dataset import assemble, in_content_order, without_small_classes
from umeta.data.image_set import content_order
from umeta.stage import UserError

CARD = DatasetCard(title="Toy", what="toy", source="here", licence="none", split="by hand.")


def toy(classes: list[int], names: tuple[str, ...] = ("a", "b", "c"), seed: int = 0) -> Dataset:
    images = np.random.default_rng(seed).integers(0, 256, (len(classes), 1, 3, 3)).astype(np.uint8)
    return assemble(
        "toy",
        images,
        [f"item{i}" for i in range(len(classes))],
        classes=Attribute(np.array(classes), names),
        attributes={},
        split_of=np.zeros(len(classes)),
        card=CARD,
    )


def test_assembled_items_keep_together_what_belongs_together() -> None:
    classes = [0, 0, 1, 1, 2, 2]
    dataset = toy(classes)
    read = np.random.default_rng(0).integers(0, 256, (6, 1, 3, 3)).astype(np.uint8)
    for i, name in enumerate(dataset.images.ids):
        k = int(name.removeprefix("item"))
        assert dataset.classes.values[i] == classes[k]
        np.testing.assert_array_equal(dataset.images.images[i], read[k])


def test_content_order_does_not_depend_on_reading_order_even_for_equal_images() -> None:
    images = np.random.default_rng(1).integers(0, 2, (40, 1, 1, 3)).astype(np.uint8)  # many are equal
    ids = [f"item{i:02d}" for i in range(40)]
    shuffle = np.random.default_rng(2).permutation(40)
    first = [ids[i] for i in content_order(images, ids)]
    moved = [ids[i] for i in shuffle]
    assert [moved[i] for i in content_order(images[shuffle], moved)] == first


def test_fingerprint_depends_on_the_pixels_alone() -> None:
    images = np.arange(18, dtype=np.uint8).reshape(2, 1, 3, 3)
    one, renamed = ImageSet("x", images, ["a", "b"]), ImageSet("y", images.copy(), ["c", "d"])
    assert one.fingerprint == renamed.fingerprint
    assert one.fingerprint != ImageSet("x", images.reshape(2, 3, 3, 1), ["a", "b"]).fingerprint
    assert one.fingerprint != ImageSet("x", images[::-1], ["a", "b"]).fingerprint


def test_what_is_known_of_the_images_has_a_fingerprint_of_its_own() -> None:
    dataset, again = toy([0, 0, 1, 1, 2, 2]), toy([0, 0, 1, 1, 2, 2])
    exchanged, renamed = toy([0, 1, 0, 1, 2, 2]), toy([0, 0, 1, 1, 2, 2], names=("a", "b", "d"))
    drawers = {"drawer": Attribute(np.array([0, 1, 0, 1, 0, 1], np.int32), ("me", "you"))}
    others = (exchanged, renamed, replace(dataset, attributes=drawers))
    assert dataset.labels_fingerprint == again.labels_fingerprint
    assert dataset.images.fingerprint == exchanged.images.fingerprint
    assert len({each.labels_fingerprint for each in (dataset, *others)}) == 4


def test_lengths_that_differ_are_refused() -> None:
    images = ImageSet("toy", np.zeros((2, 1, 3, 3), np.uint8), ["a", "b"])
    with pytest.raises(ValueError, match="toy: 3 classes for 2 images"):
        Dataset(images, Attribute(np.zeros(3, int), "a"), np.zeros(2, np.int8), CARD)
    with pytest.raises(ValueError, match="toy: 1 ids for 2 images"):
        ImageSet("toy", np.zeros((2, 1, 3, 3), np.uint8), ["a"])


def test_classes_of_one_item_take_no_part_and_are_named() -> None:
    dataset = without_small_classes(toy([0, 0, 1, 2, 2]))
    assert dataset.card.notes == ("Left out, as a task needs 2 images of a class: b (1).",)
    assert set(dataset.classes.values[dataset.items("meta_train")].tolist()) == {0, 2}
    whole = toy([0, 0, 1, 1])
    assert without_small_classes(whole) is whole


def test_many_small_classes_are_counted_not_all_named() -> None:
    dataset = without_small_classes(toy([*range(9), 8], names=tuple("abcdefghi")))
    assert dataset.card.notes[0].endswith("a (1), b (1), c (1), d (1), e (1) and 3 more.")


def test_split_by_counts_gives_whole_classes() -> None:
    classes = np.repeat(np.arange(10), 4)
    split_of = split_by_counts(classes, (5, 2, 3), seed=0)
    assert [len(np.unique(classes[split_of == s])) for s in range(3)] == [5, 2, 3]
    assert [(split_of == s).sum() for s in range(3)] == [20, 8, 12]
    with pytest.raises(UserError, match=r"\(5, 2, 2\) classes does not fit 10 classes"):
        split_by_counts(classes, (5, 2, 2), seed=0)


def test_split_items_gives_every_split_every_class() -> None:
    classes = np.repeat(np.arange(3), 10)
    split_of = split_items(classes, (0.6, 0.2, 0.2), seed=0)
    for k in range(3):
        assert np.bincount(split_of[classes == k]).tolist() == [6, 2, 2]
    with pytest.raises(UserError, match="class 0 has 2 items, too few"):
        split_items(np.array([0, 0]), (0.6, 0.2, 0.2), seed=0)


def test_datasets_at_hand_says_what_is_there_and_what_is_missing(home: Home) -> None:
    nowhere = Home(home.root, (home.root / "none",))
    listed = {one.name: one for one in datasets_at_hand(nowhere)}
    assert list(listed) == [
        "glyphs",
        "digits",
        "omniglot",
        "mnist",
        "fashion-mnist",
        "miniimagenet",
        "celeba",
    ]
    glyphs, digits, omniglot = (listed[name] for name in ("glyphs", "digits", "omniglot"))
    assert glyphs.available
    assert digits.available
    assert not omniglot.available
    assert "umeta datasets download omniglot" in omniglot.missing
    assert omniglot.splits == ("paper", "vinyals", "lake")
    assert omniglot.download_mb == 16.0
    assert listed["mnist"].download_mb == 11.5
    assert listed["miniimagenet"].download_mb is listed["celeba"].download_mb is None
    for name, splits in (("mnist", ("items",)), ("miniimagenet", ("ravi",)), ("celeba", ("paper",))):
        assert not listed[name].available
        assert f"{nowhere.data_folders[0]} (no such folder)" in listed[name].missing
        assert listed[name].splits == splits
    assert not home.root.exists()  # looking leaves nothing behind


def test_what_takes_a_path_is_listed_with_what_to_type(home: Home) -> None:
    listed = datasets_at_hand(home, with_paths=True)[-4:]
    assert [each.name for each in listed] == ["folder:PATH", "table:PATH", "arrays:PATH", "vectors:PATH"]
    one = listed[0]
    assert (one.name, one.available, one.splits) == ("folder:PATH", False, ("own", "classes", "items"))
    assert one.missing.startswith("Give the path of a folder or a zip, e.g. dataset=folder:photos.zip")


def test_what_cannot_be_downloaded_says_what_can(home: Home) -> None:
    with pytest.raises(
        UserError, match=r"dataset='digits' has no download. These have one: omniglot, mnist, fashion-mnist\."
    ):
        download_dataset("digits", home)
    with pytest.raises(
        UserError, match="dataset='cifar' is not known. Choose one of: glyphs, digits, omniglot"
    ):
        download_dataset("cifar", home)


def test_a_large_set_is_moved_into_content_order_in_place() -> None:
    images = np.random.default_rng(4).integers(0, 256, (50, 3, 2, 2)).astype(np.uint8)
    before = images.copy()
    moved = in_content_order({"images": images, "ids": np.array([f"{k:02d}" for k in range(50)])})
    assert moved["images"] is images
    for image, name in zip(moved["images"], moved["ids"].tolist(), strict=True):
        np.testing.assert_array_equal(image, before[int(name)])


def test_a_set_may_have_true_partitions_that_are_not_its_classes() -> None:
    dataset = toy([0, 0, 1, 1])
    own = [np.array([1, 0, 1, 0], np.int32)]
    assert replace(dataset, partitions={"meta_train": own}).truth("meta_train") is own
    others = replace(dataset, partitions={"meta_test": own}).truth("meta_train")
    np.testing.assert_array_equal(others[0], dataset.classes.values)
