"""CelebA in its official layout, built small: hand-worked triples, lazy partitions, and bad files.

Tests umeta.data.sets.celeba_lists and umeta.data.attribute_triples too.
"""

import io
import re
import time
import zipfile
from collections.abc import Callable
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from umeta.cache import Home
from umeta.data import SPLITS
from umeta.data.attribute_triples import AttributeTriples
from umeta.data.sets.celeba import CelebA
from umeta.partitions.oracle import Oracle
from umeta.stage import UserError
from umeta.tasks import PartitionSource, TaskConfig, TestTasks

NAMES = [f"Attribute_{k:02d}" for k in range(31)] + ["Smiling"] + [f"Attribute_{k}" for k in range(32, 40)]
PARTS = [0] * 40 + [1] * 30 + [2] * 30


def attributes(n: int = 100) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 2, (n, 40))


def picture(k: int) -> bytes:
    """An aligned image, 178 × 218, of one colour with a band above and below that the crop takes away."""
    pixels = np.full((218, 178, 3), (k, 255 - k, 100), np.uint8)
    pixels[:15] = pixels[-15:] = 0
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "JPEG", quality=95)
    return file.getvalue()


def official(n: int = 100) -> dict[str, str]:
    rows = [
        f"{k + 1:06d}.jpg " + " ".join(f"{value:2d}" for value in 2 * row - 1)
        for k, row in enumerate(attributes(n))
    ]
    return {
        "list_attr_celeba.txt": "\n".join([str(n), " ".join(NAMES) + " ", *rows]) + "\n",
        "list_eval_partition.txt": "".join(f"{k + 1:06d}.jpg {part}\n" for k, part in enumerate(PARTS[:n])),
    }


def write(folder: Path, texts: dict[str, str], n_images: int = 100, *, anno: bool = False) -> None:
    places = {"list_attr_celeba.txt": "Anno", "list_eval_partition.txt": "Eval"}
    for name, text in texts.items():
        path = folder / (places[name] if anno else "") / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    images = folder / ("Img" if anno else "") / "img_align_celeba.zip"
    images.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(images, "w") as archive:
        for k in range(n_images):
            archive.writestr(f"img_align_celeba/{k + 1:06d}.jpg", picture(k))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "given" / "celeba"


@pytest.fixture
def own_home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home", (tmp_path / "given", tmp_path / "home" / "data"))


def expect(message: str, home: Home) -> None:
    with pytest.raises(UserError, match=message) as raised:
        CelebA(size=16).load(home)
    assert "\n" not in str(raised.value)


# ---- partitions, by hand -------------------------------------------------------------------------


def test_a_triple_gives_the_four_partitions_worked_by_hand() -> None:
    # attribute:            a  b  c   of five items; a third set of attributes would give more triples
    values = np.array([[0, 0, 1, 1, 0], [0, 1, 1, 0, 1], [0, 1, 1, 0, 0]], np.uint8)
    # items 0 … 4 are 000, 011, 111, 100, 010, and stand at 1, 2, 4, 5, 6 of a set of 8
    triples = AttributeTriples(values, ["a", "b", "c"], np.array([1, 2, 4, 5, 6]), 8)
    assert len(triples) == 4
    assert [one.tolist() for one in triples] == [
        [-1, 1, -1, -1, 0, -1, -1, -1],  # 000 against 111
        [-1, -1, -1, -1, -1, -1, -1, -1],  # 001 against 110: nobody
        [-1, -1, -1, -1, -1, -1, 1, -1],  # 010 against 101: one side is empty
        [-1, -1, 1, -1, -1, 0, -1, -1],  # 011 against 100
    ]
    assert [triples.pattern(k) for k in (0, 3)] == [{"a": 0, "b": 0, "c": 0}, {"a": 0, "b": 1, "c": 1}]
    assert triples[-1].tolist() == triples[3].tolist()
    assert [one.tolist() for one in triples[1:3]] == [triples[1].tolist(), triples[2].tolist()]
    with pytest.raises(IndexError):
        triples[4]


def test_every_choice_of_three_attributes_comes_with_four_patterns_and_none_twice() -> None:
    values = np.random.default_rng(1).integers(0, 2, (5, 60)).astype(np.uint8)
    names = list("abcde")
    triples = AttributeTriples(values, names, np.arange(60), 60)
    patterns = [triples.pattern(k) for k in range(len(triples))]
    assert len(triples) == 40
    assert [tuple(one) for one in patterns[::4]] == list(combinations(names, 3))
    assert all(next(iter(one.values())) == 0 for one in patterns)
    assert len({tuple(one.items()) for one in patterns}) == 40
    for pattern, partition in zip(patterns, triples, strict=True):
        rows = np.stack([values[names.index(name)] == value for name, value in pattern.items()])
        np.testing.assert_array_equal(partition == 1, rows.all(axis=0))
        np.testing.assert_array_equal(partition == 0, (~rows).all(axis=0))


def test_tasks_of_the_real_size_are_drawn_in_seconds_without_scanning_all_partitions() -> None:
    rng = np.random.default_rng(0)
    shares = rng.uniform(0.02, 0.5, (20, 1)).astype(np.float32)
    values = (rng.random((20, 162_770), np.float32) < shares).astype(np.uint8)
    triples = AttributeTriples(values, [f"a{k}" for k in range(20)], np.arange(162_770), 202_599)
    assert len(triples) == 4560
    source = PartitionSource(triples)
    started = time.perf_counter()
    tasks = source.sample(40, TaskConfig(n_way=2, n_shot=5, n_query=5), rng=rng)
    seconds = time.perf_counter() - started
    print(f"40 tasks of 4,560 lazy partitions in {seconds:.1f} s")  # noqa: T201
    assert seconds < 10
    for row, origin in enumerate(tasks.origin.tolist()):
        partition = triples[origin]
        for way in range(2):
            items = [*tasks.support[row, way], *tasks.query[row, way]]
            assert set(partition[items].tolist()) == {int(tasks.clusters[row, way])}


# ---- the official layout -------------------------------------------------------------------------


@pytest.mark.parametrize("anno", [False, True], ids=["beside each other", "as released"])
def test_images_attributes_and_splits_are_those_of_the_files(
    anno: bool, folder: Path, own_home: Home
) -> None:
    write(folder, official(), anno=anno)
    dataset = CelebA().load(own_home)
    assert dataset.images.images.shape == (100, 3, 84, 84)
    assert [len(dataset.items(split)) for split in SPLITS] == [40, 30, 30]
    assert list(dataset.attributes) == NAMES
    assert list(dataset.classes.names) == ["not Smiling", "Smiling"]
    known = attributes()
    for item, name in enumerate(dataset.images.ids):
        k = int(name.removesuffix(".jpg")) - 1
        assert [int(one.values[item]) for one in dataset.attributes.values()] == known[k].tolist()
        assert dataset.split_of[item] == PARTS[k]
        assert np.abs(dataset.images.images[item, 0].astype(int) - k).max() < 8  # no band is left
        assert dataset.classes.values[item] == known[k][31]
    assert dataset.card.notes[-1] == "Images: meta_train 40, meta_val 30, meta_test 30."


def test_a_folder_of_images_gives_the_same_as_the_zip(folder: Path, own_home: Home) -> None:
    write(folder, official())
    one = CelebA(size=16).load(own_home)
    with zipfile.ZipFile(folder / "img_align_celeba.zip") as archive:
        archive.extractall(folder)
    (folder / "img_align_celeba.zip").unlink()
    other = CelebA(size=16).load(own_home)
    assert list(other.images.ids) == list(one.images.ids)
    np.testing.assert_array_equal(other.images.images, one.images.images)


def test_each_split_has_the_partitions_of_its_own_attributes(folder: Path, own_home: Home) -> None:
    write(folder, official())
    dataset = CelebA(size=16).load(own_home)
    truth = {split: dataset.truth(split) for split in SPLITS}
    assert [len(one) for one in truth.values()] == [4560, 480, 480]
    for split, partitions in truth.items():
        assert isinstance(partitions, AttributeTriples)
        first, last = partitions.pattern(0), partitions.pattern(len(partitions) - 1)
        start = {"meta_train": 0, "meta_val": 20, "meta_test": 30}[split]
        assert list(first) == NAMES[start : start + 3]
        stop = {"meta_train": 20, "meta_val": 30, "meta_test": 40}[split]
        assert list(last) == NAMES[stop - 3 : stop]
        outside = dataset.split_of != SPLITS.index(split)
        assert all((partitions[k][outside] == -1).all() for k in range(0, len(partitions), 97))


def test_test_tasks_and_the_oracle_are_made_of_patterns_and_complements(folder: Path, own_home: Home) -> None:
    write(folder, official())
    dataset = CelebA(size=16).load(own_home)
    shape = TaskConfig(n_way=2, n_shot=1, n_query=1)
    lists = [TestTasks.draw(dataset, shape, n_tasks=50, split="meta_test", seed=0) for _ in range(2)]
    assert lists[0].hash == lists[1].hash
    triples = dataset.truth("meta_test")
    assert isinstance(triples, AttributeTriples)
    tasks = lists[0].tasks
    for row, origin in enumerate(tasks.origin.tolist()):
        wanted = triples.pattern(origin)
        for way in range(2):
            for item in (tasks.support[row, way, 0], tasks.query[row, way, 0]):
                values = {name: int(dataset.attributes[name].values[item]) for name in wanted}
                positive = tasks.clusters[row, way] == 1
                assert values == (wanted if positive else {name: 1 - value for name, value in wanted.items()})
    oracle = Oracle().classes(dataset, "meta_train")
    assert len(oracle) == 4560
    np.testing.assert_array_equal(oracle[5].clusters, dataset.truth("meta_train")[5])
    with pytest.raises(UserError, match="test tasks of meta_test of celeba: n_way=2 needs .* at most"):
        TestTasks.draw(dataset, shape.model_copy(update={"n_shot": 20}), n_tasks=5, split="meta_test", seed=0)


# ---- bad input -----------------------------------------------------------------------------------


def test_missing_pieces_are_named_beside_those_that_are_there(folder: Path, own_home: Home) -> None:
    expect(
        "CelebA: img_align_celeba.zip and list_attr_celeba.txt and list_eval_partition.txt not found",
        own_home,
    )
    write(folder, {"list_attr_celeba.txt": official()["list_attr_celeba.txt"]})
    expect(
        r"CelebA: list_eval_partition.txt not found \(found .*img_align_celeba.zip, .*list_attr_celeba.txt\)",
        own_home,
    )


def without(text: str, word: str) -> str:
    return "".join(line for line in text.splitlines(keepends=True) if not line.startswith(word))


@pytest.mark.parametrize(
    ("name", "change", "message"),
    [
        (
            "list_attr_celeba.txt",
            lambda t: without(t, "000042"),
            "says in its first line that it has 100 rows; it has 99, the last for 000100.jpg",
        ),
        (
            "list_attr_celeba.txt",
            lambda t: t[: len(t) // 2],
            "has .* values; 40 values of 1 or -1|says in its first line that it has 100 rows",
        ),
        (
            "list_attr_celeba.txt",
            lambda t: without(t, "000042").replace("100\n", "99\n", 1),
            "1 of 100 images of .*partition.txt are missing in .*attr_celeba.txt, e.g. 000042",
        ),
        (
            "list_attr_celeba.txt",
            lambda t: re.sub("000042.jpg +-?1", "000042.jpg", t),
            r"line 44 \(000042.jpg\) has 39 values; 40 values of 1 or -1",
        ),
        (
            "list_attr_celeba.txt",
            lambda t: re.sub("000042.jpg +-?1", "000042.jpg  0", t),
            r"line 44 \(000042.jpg\) has the value '0'",
        ),
        (
            "list_attr_celeba.txt",
            lambda t: t.replace("000042", "000041"),
            "line 44 gives 000041.jpg a second time",
        ),
        (
            "list_attr_celeba.txt",
            lambda t: t.replace("Smiling ", ""),
            "begins with '100' and 39 names; the number of images and 40",
        ),
        ("list_attr_celeba.txt", lambda t: "", "begins with '' and 0 names"),
        (
            "list_eval_partition.txt",
            lambda t: without(t, "00004"),
            "10 of 100 images of .*attr_celeba.txt are missing in .*partition.txt, e.g. 000040.jpg, .* …",
        ),
        (
            "list_eval_partition.txt",
            lambda t: t.replace("000042.jpg 1", "000042.jpg 3"),
            "line 42 is '000042.jpg 3'",
        ),
        (
            "list_eval_partition.txt",
            lambda t: t + "000001.jpg 0\n",
            "line 101 is '000001.jpg 0'; a file name that was not there before",
        ),
    ],
    ids=[
        "row",
        "cut",
        "row and count",
        "39 values",
        "zero",
        "twice",
        "39 names",
        "empty",
        "parts",
        "part 3",
        "part twice",
    ],
)
def test_lists_that_are_not_whole(
    name: str, change: Callable[[str], str], message: str, folder: Path, own_home: Home
) -> None:
    texts = official()
    changed = change(texts[name])
    assert changed != texts[name]
    write(folder, {**texts, name: changed})
    expect(message, own_home)


def test_images_and_lists_name_the_same_files(folder: Path, own_home: Home) -> None:
    write(folder, official(), n_images=98)
    expect(
        "2 of 100 images of .*attr_celeba.txt are missing in .*img_align_celeba.zip, e.g. 000099.jpg, 000100.jpg",
        own_home,
    )
    write(folder, official(99))
    expect(
        "1 of 100 images of .*img_align_celeba.zip are missing in .*attr_celeba.txt, e.g. 000100.jpg",
        own_home,
    )


def test_a_broken_image_or_zip_is_refused(folder: Path, own_home: Home) -> None:
    write(folder, official())
    path = folder / "img_align_celeba.zip"
    with zipfile.ZipFile(path) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data[:50] if "000042" in name else data)
    expect("img_align_celeba/000042.jpg is not a readable image", own_home)
    path.write_bytes(path.read_bytes()[:3000])
    expect(r"img_align_celeba.zip \(3,000 bytes\) is damaged", own_home)


def test_an_oracle_run_draws_its_tasks_from_the_lazy_partitions(folder: Path, own_home: Home) -> None:
    from umeta.runs import RunConfig
    from umeta.runs.pipeline import execute

    write(folder, official())
    keys = ("dataset=celeba", "dataset.size=28", "encoder=pca", "encoder.dim=4", "partition=oracle")
    task = ("task.n_way=2", "task.n_shot=1", "task.n_query=1", "test.n_query=1", "test.n_tasks=6")
    short = ("learner.iterations=2", "learner.n_filters=8", "baselines=linear", "device=cpu", "budget=smoke")
    _, result = execute(RunConfig.from_keys([*keys, *task, *short]), own_home)
    assert [row.method.name for row in result.rows] == ["oracle-ProtoNets", "linear"]
