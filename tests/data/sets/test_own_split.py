"""How own images are split. Tests umeta.data.sets.own_parts and umeta.data.sets.split_request too."""

import numpy as np
import pytest

from umeta.data.sets.own_split import counts_for, split_own
from umeta.data.sets.split_request import SplitItems, SplitRequest
from umeta.stage import UserError


def split(
    classes: list[int] | np.ndarray,
    parts: list[int] | np.ndarray | None = None,
    *,
    split: str = "own",
    counts: tuple[int, int, int] | None = None,
    min_images: int = 2,
    seed: int = 0,
) -> SplitItems:
    numbers = np.asarray(classes, np.int32)
    names = [f"bird{k}" for k in range(numbers.max(initial=-1) + 1)]
    request = SplitRequest("folder:birds", split, seed, counts, min_images)  # type: ignore[arg-type]
    return split_own(request, numbers, names, None if parts is None else np.asarray(parts, np.int8))


def classes_of(classes: np.ndarray, result: SplitItems) -> list[set[int]]:
    return [set(classes[result.split_of == part].tolist()) for part in range(3)]


@pytest.mark.parametrize("n_classes", range(3, 200))
def test_default_counts_fit(n_classes: int) -> None:
    train, val, test = counts_for(n_classes)
    assert train + val + test == n_classes
    assert min(train, val, test) >= 1
    assert test >= (5 if n_classes >= 15 else 2 if n_classes >= 4 else 1)
    assert val >= (5 if n_classes >= 25 else 2 if n_classes >= 8 else 1)
    assert train >= val
    assert n_classes < 6 or train >= test


def test_default_counts_of_usual_numbers() -> None:
    assert {n: counts_for(n) for n in (3, 6, 10, 15, 20, 81, 100)} == {
        3: (1, 1, 1),
        6: (3, 1, 2),
        10: (5, 2, 3),
        15: (7, 3, 5),
        20: (11, 4, 5),
        81: (52, 13, 16),
        100: (64, 16, 20),
    }


def test_parts_of_disjoint_classes_are_kept() -> None:
    classes, parts = np.repeat(np.arange(6), 5), np.repeat([0, 0, 0, 1, 2, 2], 5)
    result = split(classes, parts)
    assert result.split_of.tolist() == parts.tolist()
    assert "own parts" not in result.sentence
    assert result.sentence.startswith(
        "own: the set's own training, validation and test parts, 15 / 5 / 10 images"
    )
    assert "classes of its own" in result.sentence
    assert result.notes == ()
    anew = split(classes, parts, split="classes")
    assert anew.sentence == "classes: the classes, shuffled by split_seed=0, into 3 / 1 / 2."
    assert split(classes, parts, counts=(2, 2, 2)).sentence.endswith("into 2 / 2 / 2.")


def test_parts_of_the_same_classes_are_a_split_of_items() -> None:
    classes, parts = np.tile(np.arange(4), 9), np.repeat([0, 1, 2], 12)
    result = split(classes, parts)
    assert result.split_of.tolist() == parts.tolist()
    assert "all have the same classes" in result.sentence


def test_parts_that_share_some_classes_are_kept_and_the_shared_ones_named() -> None:
    classes = np.array([0] * 4 + [1] * 4 + [2] * 4 + [1] * 4 + [3] * 4)
    parts = np.repeat([0, 0, 1, 2, 2], 4)
    result = split(classes, parts)
    assert result.split_of.tolist() == parts.tolist()
    assert "1 of 4 classes are in several (bird1)" in result.sentence
    assert "1 classes that only meta_test has and about new images of the other 1" in result.sentence


def test_without_a_validation_part_classes_or_images_of_the_training_part_are_taken() -> None:
    classes, parts = np.repeat(np.arange(15), 4), np.repeat([0, 2], [40, 20])
    result = split(classes, parts)
    train, val, test = classes_of(classes, result)
    assert (len(train), len(val), test) == (8, 2, set(range(10, 15)))
    assert result.notes == (
        "There is no validation part, so that 2 of the 10 training classes, drawn by split_seed=0, are meta_val.",
    )
    assert split(classes, parts, seed=1).split_of.tolist() != result.split_of.tolist()
    same = split(np.tile(np.arange(3), 20), np.repeat([0, 2], 30))
    assert [(same.split_of == part).sum() for part in range(3)] == [24, 6, 30]
    assert "6 of the 30 training images" in same.notes[0]
    unlabelled = split([-1] * 30, np.repeat([0, 2], [20, 10]))
    assert [(unlabelled.split_of == part).sum() for part in range(3)] == [16, 4, 10]


def test_without_a_test_part_the_validation_part_is_tested_on() -> None:
    result = split(np.repeat(np.arange(12), 4), np.repeat([0, 1], [32, 16]))
    assert [(result.split_of == part).sum() for part in range(3)] == [24, 8, 16]
    assert result.notes[0].startswith(
        "There is no test part, so that the validation part is meta_test: 16 images."
    )


def test_images_in_no_part_and_small_classes_are_left_out_and_counted() -> None:
    classes = np.array([*np.repeat(np.arange(4), 4), 4])
    parts = np.array([*np.repeat([0, 1, 2, -1], 4), 0])
    result = split(classes, parts)
    assert (result.split_of[12:] == -1).all()
    assert result.notes == (
        "Left out, as dataset.min_images=2 are needed of a class: bird4 (1).",
        "Left out, as they lie in no part of the set's own split: 4 images.",
    )


def test_a_test_part_without_classes_is_said_to_have_none() -> None:
    result = split([0] * 4 + [1] * 4 + [-1] * 8, np.repeat([0, 2], 8))
    assert "no class is known in the test part" in result.sentence
    assert "dataset.split=classes" in result.sentence


def test_images_without_classes_are_split_and_keep_to_the_seed() -> None:
    result = split([-1] * 100)
    assert [(result.split_of == part).sum() for part in range(3)] == [64, 16, 20]
    assert result.sentence == (
        "items: the images, of which no class is known, shuffled by split_seed=0, into 64 / 16 / 20%."
    )
    assert split([-1] * 100, split="items").split_of.tolist() == result.split_of.tolist()
    assert split([-1] * 100, seed=1).split_of.tolist() != result.split_of.tolist()
    assert set(split([-1] * 5).split_of.tolist()) == {0, 1, 2}


def test_few_classes_split_their_items_unless_classes_are_asked_for() -> None:
    classes = np.repeat(np.arange(4), 10)
    result = split(classes)
    assert classes_of(classes, result) == [set(range(4))] * 3
    assert "4 classes are too few to split; dataset.split=classes would do it." in result.sentence
    assert split(classes, split="classes").sentence.endswith("into 1 / 1 / 2.")


def test_a_class_too_small_for_a_split_of_items_is_left_out_and_named() -> None:
    classes = np.array([*np.repeat(np.arange(3), 12), 3, 3])
    result = split(classes, split="items")
    assert (result.split_of[-2:] == -1).all()
    assert (result.split_of[:-2] >= 0).all()
    assert result.notes == (
        "Left out, as a split of items takes 4 images of a class: bird3 (2). Add images of them, or use "
        "dataset.split=classes.",
    )


def test_images_of_unknown_class_stay_out_of_a_split_of_classes_and_share_in_one_of_items() -> None:
    classes = np.array([*np.repeat(np.arange(6), 5), *[-1] * 10])
    by_class = split(classes)
    assert (by_class.split_of[-10:] == -1).all()
    assert by_class.notes == ("Left out of the split of classes, as their class is not known: 10 images.",)
    by_item = split(classes, split="items")
    assert [(by_item.split_of[-10:] == part).sum() for part in range(3)] == [6, 2, 2]


@pytest.mark.parametrize(
    ("classes", "options", "message"),
    [
        ([-1] * 9, {"split": "classes"}, "dataset.split=classes is about classes, and folder:birds has none"),
        ([-1] * 9, {"counts": (1, 1, 1)}, "dataset.counts is about classes, and folder:birds has none"),
        ([0, 0, 1, 1], {"split": "classes"}, "has 2 classes of 2 images or more"),
        (
            np.repeat(np.arange(12), 3),
            {"counts": (5, 2, 4)},
            r"dataset.counts=5,2,4 are 11 classes; folder:birds has 12 .*e.g. dataset.counts=6,2,4",
        ),
        ([0] * 9, {"split": "items", "counts": (1, 1, 1)}, "Leave one of the two out"),
        (np.repeat(np.arange(3), 2), {"split": "items"}, "no class has as many: bird0 \\(2\\)"),
        ([-1] * 4, {}, "has 4 images; meta_train, meta_val and meta_test need some each, 5 in all at least"),
    ],
)
def test_what_does_not_fit_says_what_would(
    classes: list[int], options: dict[str, object], message: str
) -> None:
    with pytest.raises(UserError, match=message):
        split(classes, **options)  # type: ignore[arg-type]
