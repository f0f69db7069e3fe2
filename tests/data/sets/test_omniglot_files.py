"""Omniglot's reader on zips and folders built here, in the official layout, good and bad.

Tests umeta.data.sets.omniglot_drawings too.
"""

import io
import logging
import os
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from umeta.cache import Home
from umeta.data.files.file_tree import FileTree
from umeta.data.sets.omniglot import Omniglot
from umeta.data.sets.omniglot_drawings import PARTS, Part, reduced, unfolded_rows
from umeta.stage import Cancelled, Step, UserError

pytestmark = pytest.mark.lengthy

Files = dict[str, bytes]

BACKGROUND, EVALUATION = PARTS
N_DRAWN = 2


def drawing(rng: np.random.Generator, side: int = 105, mode: str = "1") -> bytes:
    """A PNG of one random black box on white."""
    pixels = np.full((side, side), 255, np.uint8)
    top, left, height, width = rng.integers(8, side // 2, 4)
    pixels[top : top + height, left : left + width] = 0
    file = io.BytesIO()
    Image.fromarray(pixels).convert(mode).save(file, "PNG")
    return file.getvalue()


def part_files(part: Part) -> Files:
    """As many alphabets and characters as the real part has, each character drawn twice."""
    rng = np.random.default_rng(part.n_characters)
    files: Files = {}
    for k in range(part.n_characters):
        alphabet = f"{part.name.removeprefix('images_')}_{k % part.n_alphabets:02d}"
        for drawer in range(1, N_DRAWN + 1):
            name = f"{part.name}/{alphabet}/character{k // part.n_alphabets + 1:02d}/{k:04d}_{drawer:02d}.png"
            files[name] = drawing(rng)
    return files


@pytest.fixture(scope="module")
def all_files() -> dict[str, Files]:
    return {part.name: part_files(part) for part in PARTS}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "given").mkdir()
    return tmp_path / "given"


@pytest.fixture
def own_home(tmp_path: Path, folder: Path) -> Home:
    return Home(tmp_path / "home", (folder, tmp_path / "home" / "data"))


def write_zip(path: Path, files: Files) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)


def write_zips(folder: Path, all_files: dict[str, Files]) -> None:
    for name, files in all_files.items():
        write_zip(folder / f"{name}.zip", files)


def expect(message: str, home: Home) -> None:
    with pytest.raises(UserError, match=message) as raised:
        Omniglot().load(home)
    assert "\n" not in str(raised.value)


def one_of(files: Files) -> str:
    return sorted(files)[7]


# ---- what is found, and where --------------------------------------------------------------------


@pytest.mark.parametrize("place", ["", "omniglot", "omniglot-py", "omniglot/python"])
def test_zips_are_found_where_people_put_them(
    place: str, folder: Path, own_home: Home, all_files: dict[str, Files]
) -> None:
    write_zips(folder / place, all_files)
    dataset = Omniglot().load(own_home)
    assert len(dataset.images) == N_DRAWN * 1623
    assert [path.parent for path in Omniglot().whereabouts(own_home).paths] == [folder / place] * 2


def test_folders_zips_and_clutter_give_the_same_data(tmp_path: Path, all_files: dict[str, Files]) -> None:
    places = {name: tmp_path / name for name in ("zips", "folders", "cluttered")}
    write_zips(places["zips"], all_files)
    for files in all_files.values():
        for name, data in files.items():
            (places["folders"] / name).parent.mkdir(parents=True, exist_ok=True)
            (places["folders"] / name).write_bytes(data)
    (places["folders"] / "images_background" / ".DS_Store").write_bytes(b"x")
    for name, files in all_files.items():
        nested = {f"python/{name}": data for name, data in files.items()}
        mac = {f"__MACOSX/{key.replace('/0', '/._0')}": b"x" for key in list(files)[:5]}
        write_zip(places["cluttered"] / f"{name}.zip", {**mac, **nested, "README.txt": b"hello"})
    loaded = [Omniglot().load(Home(tmp_path / f"home-{name}", (place,))) for name, place in places.items()]
    assert len({dataset.images.fingerprint for dataset in loaded}) == 1
    assert loaded[0].images.ids == loaded[1].images.ids == loaded[2].images.ids


def test_order_of_reading_has_no_part_in_the_order_of_items(
    tmp_path: Path, all_files: dict[str, Files]
) -> None:
    reversed_files = {name: dict(reversed(files.items())) for name, files in all_files.items()}
    for name, files in (("a", all_files), ("b", reversed_files)):
        write_zips(tmp_path / name, files)
    a, b = (Omniglot().load(Home(tmp_path / f"home-{name}", (tmp_path / name,))) for name in "ab")
    assert a.images.ids == b.images.ids
    np.testing.assert_array_equal(a.images.images, b.images.images)
    np.testing.assert_array_equal(a.classes.values, b.classes.values)


def test_permuted_names_and_labels_leave_the_images_untouched(
    tmp_path: Path, all_files: dict[str, Files]
) -> None:
    rng = np.random.default_rng(3)
    permuted = {
        name: dict(zip(files, [list(files.values())[i] for i in rng.permutation(len(files))], strict=True))
        for name, files in all_files.items()
    }
    for name, files in (("a", all_files), ("b", permuted)):
        write_zips(tmp_path / name, files)
    a, b = (Omniglot().load(Home(tmp_path / f"home-{name}", (tmp_path / name,))) for name in "ab")
    np.testing.assert_array_equal(a.images.images, b.images.images)
    assert a.images.fingerprint == b.images.fingerprint
    assert (a.classes.values != b.classes.values).any()


def test_copies_in_8_bits_give_the_same_pixels(tmp_path: Path, all_files: dict[str, Files]) -> None:
    def in_8_bits(data: bytes) -> bytes:
        file = io.BytesIO()
        Image.open(io.BytesIO(data)).convert("RGB").save(file, "PNG")
        return file.getvalue()

    copies = {
        part: {name: in_8_bits(data) for name, data in files.items()} for part, files in all_files.items()
    }
    for name, files in (("a", all_files), ("b", copies)):
        write_zips(tmp_path / name, files)
    a, b = (Omniglot().load(Home(tmp_path / f"home-{name}", (tmp_path / name,))) for name in "ab")
    assert a.images.fingerprint == b.images.fingerprint


def test_a_changed_file_is_read_again(folder: Path, own_home: Home, all_files: dict[str, Files]) -> None:
    write_zips(folder, all_files)
    before = Omniglot().load(own_home)
    changed = dict(all_files["images_background"])
    changed[one_of(changed)] = drawing(np.random.default_rng(99))
    write_zip(folder / "images_background.zip", changed)
    after = Omniglot().load(own_home)
    assert after.images.fingerprint != before.images.fingerprint


def test_a_cancelled_reading_stores_nothing(
    folder: Path, own_home: Home, all_files: dict[str, Files]
) -> None:
    write_zips(folder, all_files)

    def cancel(step: Step) -> None:
        if step.done >= 500:
            raise Cancelled

    with pytest.raises(Cancelled):
        Omniglot().load(own_home, on_step=cancel)
    assert not own_home.products.exists()


def test_a_corrupted_cache_file_is_set_aside_and_made_again(
    folder: Path, own_home: Home, all_files: dict[str, Files], caplog: pytest.LogCaptureFixture
) -> None:
    write_zips(folder, all_files)
    before = np.array(Omniglot().load(own_home).images.images)
    (stored,) = own_home.products.rglob("images.npy")
    stored.write_bytes(stored.read_bytes()[:-1000] + bytes(1000))
    with caplog.at_level(logging.WARNING):
        after = Omniglot().load(own_home)
    np.testing.assert_array_equal(after.images.images, before)
    assert "images.npy is corrupt" in caplog.text
    assert "set aside" in caplog.text
    assert len(list(own_home.products.glob("images/*.corrupt-*"))) == 1


# ---- bad input -----------------------------------------------------------------------------------


def test_missing_files_say_where_was_looked_and_what_to_do(own_home: Home, folder: Path) -> None:
    expect(f"images_background.zip and images_evaluation.zip not found.*{folder}.*no such folder.*"
           "umeta datasets download omniglot.*UMETA_DATA.*home/data/omniglot", own_home)  # fmt: skip


def test_one_missing_zip_is_named_beside_the_one_that_is_there(
    own_home: Home, folder: Path, all_files: dict[str, Files]
) -> None:
    write_zip(folder / "images_background.zip", all_files["images_background"])
    expect(r"images_evaluation.zip not found \(found .*images_background.zip\)", own_home)


@pytest.mark.parametrize("share", [0.0, 0.3, 0.98])
def test_a_truncated_zip(share: float, own_home: Home, folder: Path, all_files: dict[str, Files]) -> None:
    write_zips(folder, all_files)
    path = folder / "images_evaluation.zip"
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])
    expect(
        r"images_evaluation.zip \([\d,]+ bytes\) is damaged.*Put the official images_evaluation.zip", own_home
    )


def test_a_flipped_byte_inside_a_zip(own_home: Home, folder: Path, all_files: dict[str, Files]) -> None:
    write_zips(folder, all_files)
    path = folder / "images_background.zip"
    data = bytearray(path.read_bytes())
    data[5000:5004] = b"\0\1\2\3"
    path.write_bytes(data)
    expect("is damaged or not a readable zip", own_home)


def test_a_zip_of_something_else_says_what_is_inside(
    own_home: Home, folder: Path, all_files: dict[str, Files]
) -> None:
    write_zips(folder, all_files)
    write_zip(folder / "images_background.zip", {"holiday/beach.jpg": b"x", "holiday/sea.jpg": b"y"})
    expect("no drawings like .* but 2 other files, e.g. holiday/beach.jpg, holiday/sea.jpg", own_home)


def test_an_empty_zip_or_folder(own_home: Home, folder: Path, all_files: dict[str, Files]) -> None:
    write_zips(folder, all_files)
    write_zip(folder / "images_background.zip", {})
    expect("but nothing", own_home)
    (folder / "images_background.zip").unlink()
    (folder / "images_background").mkdir()
    expect("images_background holds no drawings", own_home)


def test_swapped_zips_are_recognised(own_home: Home, folder: Path, all_files: dict[str, Files]) -> None:
    write_zip(folder / "images_background.zip", all_files["images_evaluation"])
    write_zip(folder / "images_evaluation.zip", all_files["images_background"])
    expect(
        "holds 20 alphabets with 659 characters, images_background has 30 with 964. It is images_evaluation",
        own_home,
    )


def test_a_missing_character_is_refused_with_the_counts(
    own_home: Home, folder: Path, all_files: dict[str, Files]
) -> None:
    write_zips(folder, all_files)
    less = {n: d for n, d in all_files["images_background"].items() if "background_07/character03" not in n}
    write_zip(folder / "images_background.zip", less)
    expect("holds 30 alphabets with 963 characters, images_background has 30 with 964", own_home)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda data: b"not a picture at all", "is not a readable image"),
        (lambda data: b"", "is not a readable image"),
        (lambda data: data[:60], "is not a readable image"),
        (lambda data: drawing(np.random.default_rng(0), side=28), "is 28 × 28 pixels; .* 105 × 105"),
        (lambda data: bytes(2_000_000), "is 2 MB; at most 1 MB"),
    ],
    ids=["text", "empty", "cut", "28x28", "huge"],
)
def test_a_file_that_is_no_drawing_is_named(
    change: Callable[[bytes], bytes], message: str, own_home: Home, folder: Path, all_files: dict[str, Files]
) -> None:
    write_zips(folder, all_files)
    files = dict(all_files["images_background"])
    name = one_of(files)
    files[name] = change(files[name])
    write_zip(folder / "images_background.zip", files)
    expect(f"images_background.zip: {name} {message}", own_home)


def test_characters_with_too_few_drawings_are_named_with_their_counts(
    own_home: Home, folder: Path, all_files: dict[str, Files]
) -> None:
    files = dict(all_files["images_background"])
    del files[(gone := one_of(files))]
    write_zips(folder, {**all_files, "images_background": files})
    dataset = Omniglot().load(own_home)
    small = "/".join(gone.split("/")[1:3])
    kept, left_out = dataset.card.notes[-2:]
    assert kept.startswith("Characters without exactly 20 drawings, kept: ")
    assert "(2)" in kept
    assert "and 1618 more" in kept
    assert left_out == f"Left out, as a task needs 2 images of a class: {small} (1)."
    (item,) = np.flatnonzero(dataset.classes.values == list(dataset.classes.names).index(small))
    assert dataset.split_of[item] == -1
    assert sum(dataset.n_classes(split) for split in ("meta_train", "meta_val", "meta_test")) == 1622


def test_other_alphabets_do_not_fit_the_published_lists(
    own_home: Home, folder: Path, all_files: dict[str, Files]
) -> None:
    write_zips(folder, all_files)
    with pytest.raises(
        UserError, match=r"split=vinyals: \d+ characters are in the lists or the files, not in both"
    ):
        Omniglot(split="vinyals").load(own_home)


@pytest.fixture
def unreadable(folder: Path, all_files: dict[str, Files]) -> Iterator[Path]:
    write_zips(folder, all_files)
    path = folder / "images_background.zip"
    path.chmod(0)
    yield path
    path.chmod(0o644)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission(unreadable: Path, own_home: Home) -> None:
    expect("Permission denied", own_home)


def test_one_drawing_is_the_same_however_its_file_was_written() -> None:
    original = Image.open(io.BytesIO(drawing(np.random.default_rng(1))))
    pixels = np.asarray(original)
    tree = FileTree(Path("given"))
    stored: list[bytes] = []
    for mode, options in (("1", {}), ("1", {"compress_level": 0}), ("L", {}), ("RGB", {"optimize": True})):
        file = io.BytesIO()
        original.convert(mode).save(file, "PNG", **options)
        stored.append(file.getvalue())
    stored.append(stored[0].replace(b"IDAT", b"iDAT", 1))  # damaged
    rows = [unfolded_rows(data, "1.png", tree) for data in stored[:-1]]
    assert len(set(rows)) == 1
    for size in (8, 28, 64, 105):
        nearest = ((np.arange(size) + 0.5) * 105 / size).astype(int)
        ink = np.where(pixels[nearest][:, nearest], 0, 255)
        np.testing.assert_array_equal(reduced(rows, size), np.stack([ink] * len(rows)))
    with pytest.raises(UserError, match=r"given: 1.png is not a readable image"):
        unfolded_rows(stored[-1], "1.png", tree)
