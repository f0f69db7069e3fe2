"""Rotations as classes of their own."""

import numpy as np

from umeta.data.dataset import Attribute, Dataset, DatasetCard
from umeta.data.image_set import ImageSet
from umeta.data.sets.omniglot import Omniglot
from umeta.data.sets.rotated_classes import with_rotated_classes


def small() -> Dataset:
    """Six images of three classes, one class a split."""
    images = np.random.default_rng(0).integers(0, 255, (6, 1, 8, 8), dtype=np.uint8)
    classes = np.array([0, 0, 1, 1, 2, 2], np.int32)
    return Dataset(
        ImageSet("small", images, [f"item {k}" for k in range(6)]),
        Attribute(classes, ["a", "b", "c"]),
        classes.astype(np.int8),
        DatasetCard(title="small", what="", source="", licence="", split=""),
        {"hand": Attribute(np.array([0, 1] * 3, np.int32), ["left", "right"])},
    )


def test_a_split_gets_four_classes_for_each_and_the_others_stay():
    dataset = small()
    rotated = with_rotated_classes(dataset, ["meta_train"])
    assert [rotated.n_classes(split) for split in ("meta_train", "meta_val", "meta_test")] == [4, 1, 1]
    assert list(rotated.classes.names) == ["a", "b", "c", "a turned 90°", "a turned 180°", "a turned 270°"]
    everywhere = with_rotated_classes(dataset, ["meta_train", "meta_val", "meta_test"])
    assert [everywhere.n_classes(split) for split in ("meta_train", "meta_val", "meta_test")] == [4, 4, 4]
    assert len(set(everywhere.images.ids)) == len(everywhere.images) == 24


def test_an_image_is_the_turned_one_of_its_id_with_its_attributes():
    dataset = small()
    rotated = with_rotated_classes(dataset, ["meta_train", "meta_val", "meta_test"])
    of_id = dict(zip(dataset.images.ids, range(6), strict=True))
    for number, name in enumerate(rotated.images.ids):
        original, _, angle = name.partition(" turned ")
        item = of_id[original]
        turns = int(angle.rstrip("°") or 0) // 90
        expected = np.rot90(dataset.images.images[item, 0], turns)
        np.testing.assert_array_equal(rotated.images.images[number, 0], expected)
        class_name = rotated.classes.names[rotated.classes.values[number]]
        own = dataset.classes.names[dataset.classes.values[item]]
        assert class_name == (f"{own} turned {angle}" if turns else own)
        assert rotated.split_of[number] == dataset.split_of[item]
        assert rotated.attributes["hand"].values[number] == dataset.attributes["hand"].values[item]


def test_the_option_is_left_out_of_the_identity_where_nothing_is_turned():
    assert "rotated" not in Omniglot().model_dump()
    assert Omniglot(rotated="all").model_dump()["rotated"] == "all"
