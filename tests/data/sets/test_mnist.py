"""MNIST: the real t10k files, and small files in the official format, good and bad.

Tests umeta.data.files.idx, umeta.data.sets.mnist_files and umeta.data.sets.mnist_sources too.
"""

import gzip
import time
from pathlib import Path

import numpy as np
import pytest

from tests.conftest import real_file
from umeta.cache import Home
from umeta.data import DATASETS, SPLITS, Dataset, download_dataset, downloads
from umeta.data.sets.mnist import Mnist
from umeta.data.sets.mnist_sources import SOURCES
from umeta.stage import Step, UserError


def idx(values: np.ndarray, magic: int) -> bytes:
    return b"".join(int(n).to_bytes(4, "big") for n in (magic, *values.shape)) + values.tobytes()


def official(n_train: int = 60, n_test: int = 30) -> dict[str, bytes]:
    """The four files with fewer images; image k of a part is k in its first pixel, its label is k mod 10."""
    files = {}
    for part, n in (("train", n_train), ("t10k", n_test)):
        images = np.random.default_rng(n).integers(0, 256, (n, 28, 28)).astype(np.uint8)
        images[:, 0, 0] = np.arange(n)
        files[f"{part}-images-idx3-ubyte"] = idx(images, 2051)
        files[f"{part}-labels-idx1-ubyte"] = idx((np.arange(n) % 10).astype(np.uint8), 2049)
    return files


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "given"


@pytest.fixture
def own_home(tmp_path: Path, folder: Path) -> Home:
    return Home(tmp_path / "home", (folder, tmp_path / "home" / "data"))


def write(folder: Path, files: dict[str, bytes], *, packed: bool = True) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        (folder / (f"{name}.gz" if packed else name)).write_bytes(gzip.compress(data) if packed else data)


def expect(message: str, home: Home) -> None:
    with pytest.raises(UserError, match=message) as raised:
        Mnist().load(home)
    assert "\n" not in str(raised.value)


# ---- the real files ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    folder = real_file("mnist/t10k-images-idx3-ubyte.gz").parent.parent
    root = tmp_path_factory.mktemp("mnist")
    started = time.perf_counter()
    dataset = Mnist().load(Home(root, (folder,)))
    print(f"MNIST t10k read in {time.perf_counter() - started:.1f} s")  # noqa: T201
    return dataset


def test_real_t10k_alone_is_split_among_itself_and_the_card_says_so(real: Dataset) -> None:
    if real_file("mnist").joinpath("train-images-idx3-ubyte.gz").exists():
        pytest.skip("the training images are here too")
    assert real.images.images.shape == (10_000, 1, 28, 28)
    assert [len(real.items(split)) for split in SPLITS] == pytest.approx([6000, 2000, 2000], abs=10)
    assert [real.n_classes(split) for split in SPLITS] == [10, 10, 10]
    assert "Only the 10,000 t10k images are here (train-images-idx3-ubyte not found)" in real.card.notes[0]
    assert "as the training images are not here" in real.card.split
    assert len(real.card.notes) == 1  # the files are the published ones


def test_real_images_are_those_of_the_file_with_their_labels(real: Dataset) -> None:
    raw = gzip.decompress(real_file("mnist/t10k-images-idx3-ubyte.gz").read_bytes())[16:]
    labels = gzip.decompress(real_file("mnist/t10k-labels-idx1-ubyte.gz").read_bytes())[8:]
    assert np.bincount(real.classes.values).tolist() == [
        980,
        1135,
        1032,
        1010,
        982,
        892,
        958,
        1028,
        974,
        1009,
    ]
    for item in range(0, 10_000, 97):
        part, number = real.images.ids[item].split("/")
        if part == "t10k":
            k = int(number)
            assert real.images.images[item].tobytes() == raw[784 * k : 784 * (k + 1)]
            assert real.classes.values[item] == labels[k]


@pytest.mark.parametrize(
    "part", ["t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte", "train-labels-idx1-ubyte"]
)
def test_real_files_have_the_published_checksums(part: str) -> None:
    import hashlib

    known = {file.name: file.md5 for file in SOURCES["mnist"].files}
    assert hashlib.md5(real_file(f"mnist/{part}.gz").read_bytes()).hexdigest() == known[part]


# ---- files in the official format ----------------------------------------------------------------


@pytest.mark.parametrize("place", ["mnist", "MNIST/raw"])
@pytest.mark.parametrize("packed", [True, False])
def test_train_is_split_5_to_1_and_t10k_is_meta_test(
    place: str, packed: bool, folder: Path, own_home: Home
) -> None:
    write(folder / place, official(), packed=packed)
    dataset = Mnist().load(own_home)
    assert [len(dataset.items(split)) for split in SPLITS] == [50, 10, 30]
    for item, name in enumerate(dataset.images.ids):
        part, number = name.split("/")
        assert dataset.images.images[item, 0, 0, 0] == int(number)
        assert dataset.classes.values[item] == int(number) % 10
        assert (dataset.split_of[item] == 2) == (part == "t10k")
    assert dataset.card.notes == (
        (
            "Not the published files, by their checksums: train-images-idx3-ubyte.gz, train-labels-idx1-ubyte.gz, "
            "t10k-images-idx3-ubyte.gz, t10k-labels-idx1-ubyte.gz.",
        )
        if packed
        else ()
    )
    other = Mnist(split_seed=1).load(own_home)
    assert (other.split_of != dataset.split_of).any()
    assert ((other.split_of == 2) == (dataset.split_of == 2)).all()


def test_fashion_mnist_has_its_own_folder_and_names(folder: Path, own_home: Home) -> None:
    write(folder / "fashion-mnist", official())
    dataset = DATASETS.parse("fashion-mnist").load(own_home)
    assert dataset.images.name == "fashion-mnist"
    assert dataset.classes.names[9] == "ankle boot"
    expect("MNIST: t10k-images-idx3-ubyte.gz and t10k-labels-idx1-ubyte.gz not found", own_home)


def test_another_size_is_resized(folder: Path, own_home: Home) -> None:
    write(folder / "mnist", official())
    assert Mnist(size=32).load(own_home).images.item_shape == (1, 32, 32)


def test_train_labels_without_their_images_are_left_aside(folder: Path, own_home: Home) -> None:
    files = official(n_test=100)
    del files["train-images-idx3-ubyte"]
    write(folder / "mnist", files)
    assert [len(Mnist().load(own_home).items(split)) for split in SPLITS] == [60, 20, 20]


# ---- bad input -----------------------------------------------------------------------------------


def test_missing_files_say_where_was_looked_and_what_to_do(own_home: Home, folder: Path) -> None:
    expect(
        f"looked in {folder} \\(no such folder\\).*umeta datasets download mnist.*four official files",
        own_home,
    )


@pytest.mark.parametrize(
    ("name", "change", "message"),
    [
        (
            "t10k-images-idx3-ubyte",
            lambda d: b"\0\0\x08\x01" + d[4:],
            "begins with the magic number 2049, IDX images with 2051. It is a file of labels",
        ),
        (
            "t10k-labels-idx1-ubyte",
            lambda d: b"abcd" + d[4:],
            "begins with the magic number 1633837924, IDX labels",
        ),
        ("t10k-labels-idx1-ubyte", lambda d: b"", "holds 0 bytes, not even the 8 of its header"),
        ("t10k-images-idx3-ubyte", lambda d: d[:6], "holds 6 bytes, not even the 16 of its header"),
        (
            "t10k-images-idx3-ubyte",
            lambda d: d[:-1],
            "says it holds 30 images, 23,520 bytes, but holds only 23,519",
        ),
        (
            "t10k-images-idx3-ubyte",
            lambda d: d + b"x",
            "says it holds 30 images, 23,520 bytes, but holds more",
        ),
        (
            "t10k-images-idx3-ubyte",
            lambda d: d[:8] + b"\0\0\0\x20" + d[12:],
            "holds images of 32 × 28, not 28 × 28",
        ),
        (
            "t10k-labels-idx1-ubyte",
            lambda d: d[:4] + b"\0\0\0\x1d" + d[8:-1],
            "holds 30 images, .*labels-idx1-ubyte.gz 29 labels",
        ),
        (
            "t10k-labels-idx1-ubyte",
            lambda d: d[:4] + b"\xff\xff\xff\xff" + d[8:],
            "says it holds 4,294,967,295 labels; 1 to 1,000,000",
        ),
        ("t10k-labels-idx1-ubyte", lambda d: d[:-1] + b"\x0b", "holds label 11; labels are 0 to 9"),
    ],
    ids=["labels", "text", "empty", "cut header", "truncated", "longer", "side", "fewer", "bomb", "label 11"],
)
def test_a_file_that_is_not_what_it_says(name, change, message, own_home: Home, folder: Path) -> None:
    files = official()
    write(folder / "mnist", {**files, name: change(files[name])})
    expect(f"(?s){message}.*Put the official .* in its place", own_home)


def test_a_truncated_or_broken_gz(own_home: Home, folder: Path) -> None:
    write(folder / "mnist", official())
    path = folder / "mnist" / "t10k-images-idx3-ubyte.gz"
    whole = path.read_bytes()
    for data in (whole[:2000], b"not compressed", whole[:1000] + b"\0\1\2\3" * 9 + whole[1036:]):
        path.write_bytes(data)
        expect(r"t10k-images-idx3-ubyte.gz \([\d,]+ bytes\) is damaged", own_home)


# ---- downloads -----------------------------------------------------------------------------------


def test_a_download_fetches_the_four_official_files_into_the_place_where_they_are_found(
    own_home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: dict[str, str] = {}

    def fetch(address: str, target: Path, *, md5: str, on_share) -> None:
        asked[address] = md5
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(gzip.compress(official()[target.name.removesuffix(".gz")]))
        on_share(1.0)

    monkeypatch.setattr(downloads, "download", fetch)
    steps: list[Step] = []
    for name in ("mnist", "fashion-mnist"):
        download_dataset(name, own_home, on_step=steps.append)
        assert steps[-1].done == steps[-1].total
        assert len(DATASETS.parse(name).load(own_home).images) == 90
    assert len(asked) == 8
    assert asked["https://ossci-datasets.s3.amazonaws.com/mnist/train-images-idx3-ubyte.gz"] == (
        "f68b3c2dcbeaaa9fbdd348bbdeb94873"
    )
