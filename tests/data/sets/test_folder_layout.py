"""What folders mean: classes, parts of a split, or nothing."""

import numpy as np
import pytest

from umeta.data.sets.folder_layout import layout_of, part_of


def several(*folders: str, n: int = 3) -> list[str]:
    return [f"{folder}/{k}.png".lstrip("/") for folder in folders for k in range(n)]


def parts_of(names: list[str]) -> dict[str, int]:
    layout = layout_of(names)
    assert layout.parts is not None
    return dict(zip(layout.ids, layout.parts.tolist(), strict=True))


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("train", "train"),
        ("Training", "training"),
        ("meta_train", "train"),
        ("train-images", "train"),
        ("01_TRAIN_set", "train"),
        ("valid", "valid"),
        ("Validation", "validation"),
        ("dev", "dev"),
        ("test2017", "test"),
        ("Testing", "testing"),
        ("eval", "eval"),
        ("trains", ""),
        ("training shoes", ""),
        ("images", ""),
        ("latest", ""),
        ("", ""),
    ],
)
def test_usual_spellings_of_parts(name: str, part: str) -> None:
    assert part_of(name) == part


def test_folders_of_several_images_are_classes_named_by_the_last_folder() -> None:
    layout = layout_of([*several("pets/cat", "pets/dog"), "pets/cover.png"])
    assert layout.classes == ["cat"] * 3 + ["dog"] * 3
    assert layout.ids[0] == "cat/0.png"
    assert layout.parts is None
    assert layout.notes == ("1 left out (in no class folder): pets/cover.png.",)


@pytest.mark.parametrize(
    "names",
    [
        several(""),
        several("all"),
        several("a/b/c"),
        [f"scan{k}/image.png" for k in range(9)],
        [*several("", n=40), *several("odd", "more")],
        [*several("only"), "cover.png"],
        ["a.png"],
    ],
    ids=["flat", "one folder", "deep", "one each", "mostly flat", "one and a cover", "single"],
)
def test_other_folders_are_no_classes_and_all_images_are_taken(names: list[str]) -> None:
    layout = layout_of(names)
    assert sorted(layout.names) == sorted(names)
    assert set(layout.classes) == {""}
    assert len(set(layout.ids)) == len(names)


def test_folders_that_are_taken_for_no_classes_are_counted() -> None:
    (note,) = layout_of([f"scan{k}/image.png" for k in range(9)]).notes
    assert note.startswith("9 folders of images are taken for no classes")
    assert layout_of(several("a", "b"), "none").notes == ()
    assert set(layout_of(several("a", "b"), "none").classes) == {""}


@pytest.mark.parametrize(
    "path",
    ["{part}/{name}", "set/{part}/{name}", "set/{name}/{part}", "x/{part}/y/{name}"],
)
def test_parts_are_found_at_any_depth_and_are_no_classes(path: str) -> None:
    names = several(
        *(path.format(part=part, name=name) for part in ("TRAIN", "valid", "Test") for name in "ab")
    )
    layout = layout_of(names)
    assert layout.parts is not None
    assert np.bincount(layout.parts).tolist() == [6, 6, 6]
    assert layout.classes == ["a", "a", "a", "b", "b", "b"] * 3
    assert layout.notes == ()


def test_parts_without_classes_and_a_test_part_without_classes() -> None:
    flat = layout_of(several("train", "test"))
    assert set(flat.classes) == {""}
    assert parts_of(several("train", "test")) == {
        **{f"train/{k}.png": 0 for k in range(3)},
        **{f"test/{k}.png": 2 for k in range(3)},
    }
    mixed = layout_of([*several("train/a", "train/b"), *several("test", n=20)])
    assert set(mixed.classes[:6]) == {"a", "b"}
    assert set(mixed.classes[6:]) == {""}
    assert mixed.notes == ()


def test_eval_is_the_test_part_unless_there_is_one() -> None:
    assert set(parts_of(several("train/a", "train/b", "eval/a")).values()) == {0, 2}
    with_test = parts_of(several("train/a", "train/b", "eval/a", "test/a"))
    assert with_test["eval/a/0.png"] == 1
    assert with_test["test/a/0.png"] == 2


def test_a_class_that_is_called_train_is_a_class() -> None:
    layout = layout_of(several("car", "train", "bus"))
    assert layout.parts is None
    assert set(layout.classes) == {"car", "train", "bus"}


def test_names_of_any_signs_become_text() -> None:
    names = several("a\nb", "c\udcff", "$*_|'\"", "猫" * 80)
    layout = layout_of(names)
    assert layout.names == names
    assert sorted({*layout.classes}) == sorted(["a\\nb", "c\\udcff", "$*_|'\"", "猫" * 80])
    "".join(layout.ids).encode()


def test_the_whole_path_may_be_the_class() -> None:
    layout = layout_of(several("east/a", "west/a"), "path")
    assert set(layout.classes) == {"east/a", "west/a"}
    assert layout_of(several("east/a", "west/a")).classes == ["a"] * 6
