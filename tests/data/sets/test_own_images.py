"""What all sets of a person's own images share: where they are found, and that a result belongs to its images.

Tests umeta.data.sets.own_items too.
"""

import json
import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.flat_folder import flat_folder
from umeta.cache import Home
from umeta.data import DATASETS, SPLITS, Dataset
from umeta.data.sets.folder import Folder
from umeta.stage import UserError


def write_images(folder: Path, names: list[str], *, seed: int = 0) -> Path:
    for number, name in enumerate(names):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        pixels = np.random.default_rng([seed, number]).integers(0, 256, (12, 12, 3), dtype=np.uint8)
        Image.fromarray(pixels).save(path)
    return folder


FLAT = [f"{k}.png" for k in range(20)]
BIRDS = [f"bird{c}/{k}.png" for c in range(6) for k in range(3)]


@pytest.fixture
def own_home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home", (tmp_path / "data",))


def method_of(path: Path | str, **options: object) -> Folder:
    return Folder(name=f"folder:{path}", **{"size": 12, **options})  # type: ignore[arg-type]


def load(path: Path | str, home: Home, **options: object) -> Dataset:
    return method_of(path, **options).load(home)


def test_a_folder_without_classes_is_a_full_data_set(tmp_path: Path, own_home: Home) -> None:
    dataset = load(write_images(tmp_path / "flat", FLAT), own_home)
    assert not dataset.is_labelled
    assert list(dataset.classes.names) == []
    assert (dataset.classes.values == -1).all()
    assert [len(dataset.items(split)) for split in SPLITS] == [13, 3, 4]
    assert [dataset.n_classes(split) for split in SPLITS] == [0, 0, 0]
    assert (dataset.truth("meta_test")[0] == -1).all()
    assert sorted(dataset.images.ids) == sorted(FLAT)
    with pytest.raises(
        UserError, match="oracle=true needs true classes, and of none of the 13 images in meta_train"
    ):
        dataset.check_labelled("meta_train", "oracle=true")


def test_the_content_is_a_hash_of_pixels_ids_and_classes_wherever_they_lie(
    tmp_path: Path, own_home: Home
) -> None:
    birds = load(write_images(tmp_path / "a" / "birds", BIRDS), own_home)
    elsewhere = load(write_images(tmp_path / "b" / "elsewhere", BIRDS), own_home)
    others = load(write_images(tmp_path / "c" / "birds", BIRDS, seed=1), own_home)
    renamed = [name.replace("bird0", "finch") for name in BIRDS]
    assert birds.content == elsewhere.content
    contents = {
        birds.content,
        others.content,
        load(write_images(tmp_path / "d", renamed), own_home).content,
        load(write_images(tmp_path / "e", FLAT[: len(BIRDS)]), own_home).content,
        load(tmp_path / "a" / "birds", own_home, fit="pad", size=16).content,
    }
    assert len(contents) == 5
    assert load(tmp_path / "a" / "birds", own_home, split_seed=3, split="classes").content == birds.content


def test_the_config_of_a_run_has_the_whole_path_and_the_content(
    tmp_path: Path, own_home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    birds = write_images(tmp_path / "birds", BIRDS)
    monkeypatch.chdir(tmp_path)
    configs = []
    for path in ("birds", "./birds/", "birds/../birds", birds):
        method = method_of(path)
        configs.append(method.of_content(method.load(own_home)))
    assert len({config.model_dump_json() for config in configs}) == 1
    assert configs[0].name == f"folder:{birds}"
    again = DATASETS.parse(json.loads(configs[0].model_dump_json()))
    assert again.load(own_home).content == configs[0].content
    assert "content" not in method_of(birds).model_dump()


def test_images_that_changed_are_refused_where_the_old_ones_are_meant(tmp_path: Path, own_home: Home) -> None:
    birds = write_images(tmp_path / "birds", BIRDS)
    method = method_of(birds)
    config = method.of_content(method.load(own_home))
    write_images(birds, BIRDS, seed=1)
    with pytest.raises(UserError, match=f"the images of folder:.* changed: .* hash {config.content}"):
        config.load(own_home)
    assert method.load(own_home).content != config.content


def test_the_working_directory_comes_before_the_data_folders(
    tmp_path: Path, own_home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_images(tmp_path / "data" / "birds", BIRDS)
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    assert load("birds", own_home).card.source == str(tmp_path / "data" / "birds")
    write_images(tmp_path / "here" / "birds", BIRDS)
    assert load("birds", own_home).card.source == str(tmp_path / "here" / "birds")
    monkeypatch.chdir(tmp_path / "here" / "birds")
    for path in (".", "./", "../birds", "bird0/.."):
        assert load(path, own_home).card.title == "birds"


def test_the_home_of_a_person_is_followed(
    tmp_path: Path, own_home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    write_images(tmp_path / "birds", BIRDS)
    assert load("~/birds", own_home).card.source == str(tmp_path / "birds")


def test_the_card_says_how_images_become_squares(tmp_path: Path) -> None:
    whats = [method_of(tmp_path, fit=fit).card.what for fit in ("crop", "pad", "squash")]
    assert "central square" in whats[0]
    assert "margin" in whats[1]
    assert "out of proportion" in whats[2]


def test_a_change_is_said_from_the_next_load_on(tmp_path: Path, own_home: Home) -> None:
    birds = write_images(tmp_path / "birds", BIRDS)
    assert load(birds, own_home).card.notes == ()
    assert load(birds, own_home, split="classes").card.notes == ()
    write_images(birds, BIRDS, seed=1)
    for options in ({}, {}, {"split": "classes"}):
        note = load(birds, own_home, **options).card.notes[0]
        assert note.startswith("The images changed since 20")
        assert "18 were read then" in note
        assert "there were 18, as many, but others" in note
    write_images(birds, ["bird0/new.png"])
    assert "there were 19, others" in load(birds, own_home).card.notes[0]
    assert load(birds, own_home, size=16).card.notes == ()  # never read so before


def test_the_config_of_what_was_last_read_needs_no_reading(tmp_path: Path, own_home: Home) -> None:
    birds = write_images(tmp_path / "birds", BIRDS)
    method = method_of(birds, split_seed=1)
    assert method.as_last_read(own_home) is method
    read = method.of_content(method.load(own_home))
    assert method.as_last_read(own_home) == read
    assert method_of(tmp_path / "nowhere").as_last_read(own_home).content is None
    write_images(birds, BIRDS, seed=1)
    assert method.as_last_read(own_home) == read
    assert method.load(own_home).content == method.as_last_read(own_home).content != read.content


def test_a_home_that_cannot_be_written_to_still_shows_images(tmp_path: Path, own_home: Home) -> None:
    birds = write_images(tmp_path / "birds", BIRDS)
    own_home.root.mkdir()
    (own_home.root / "own_images").write_text("in the way")
    assert len(load(birds, own_home).images) == 18


def test_class_folders_of_any_name_are_read(tmp_path: Path, own_home: Home) -> None:
    folders = (b"caf\xe9", b"a\nb", b"x" * 235, "猫".encode() * 80, b"$*_|'\"")
    for number, name in enumerate(folders):
        folder = tmp_path / "set" / os.fsdecode(name)
        write_images(folder, ["0.png", "1.png", "2.png"], seed=number)
    dataset = load(tmp_path / "set", own_home)
    assert len(dataset.images) == 15
    assert sorted(dataset.classes.names) == sorted(["caf\\xe9", "a\\nb", "x" * 235, "猫" * 80, "$*_|'\""])
    assert dataset.card.notes == ()
    config = method_of(tmp_path / "set").of_content(dataset)
    assert json.loads(config.model_dump_json())["content"] == dataset.content


def test_marks_become_the_classes_after_the_split(tmp_path: Path, home: Home):
    kinds = flat_folder(tmp_path / "photos", 60)
    plain = DATASETS.parse(f"folder:{tmp_path / 'photos'}").load(home)
    ids = [str(plain.images.ids[item]) for item in plain.items("meta_test")]
    file = tmp_path / "marks.csv"
    file.write_text("id,class\n" + "".join(f"{name},kind {kinds[name] % 2}\n" for name in ids))
    config = DATASETS.parse({"name": f"folder:{tmp_path / 'photos'}", "labels": str(file)})
    marked = config.load(home)
    assert np.array_equal(marked.split_of, plain.split_of)
    assert marked.n_labelled("meta_train") == 0
    assert marked.n_labelled("meta_test") == len(ids)
    assert marked.content != plain.content  # a result belongs to the marks that it was judged by
    assert f"{len(ids)} images of 2 classes, {len(ids)} of them in meta_test" in marked.card.notes[-1]
    file.write_text("id,class\nnobody.png,a\n")
    with pytest.raises(UserError, match="1 of 1 marked ids are not here: nobody.png"):
        config.load(home)
