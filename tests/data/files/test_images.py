"""Images are read part by part on disk: what was read stays when the reading is stopped, and nothing is misread.

Tests umeta.data.files.row_store, umeta.data.files.unfinished_products and umeta.data.files.content_ordered_rows too.
"""

import threading
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.data.files.made_images import WAVES, eight_bits, saved
from umeta.cache import Arrays, Home
from umeta.data.files import images as images_module
from umeta.data.files.brightness_scales import SIXTEEN_BITS, Span
from umeta.data.files.content_ordered_rows import arranged
from umeta.data.files.file_tree import FileTree
from umeta.data.files.images import Reading, read_images
from umeta.data.files.row_store import Outcome, RowStore
from umeta.data.files.unfinished_products import arrays_in_parts
from umeta.data.image_set import content_order
from umeta.large_arrays import release
from umeta.stage import Cancelled, Step, ignore_step

N = 30


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Thirty pictures: coloured, of 16 bits, transparent, and one that cannot be read."""
    root = tmp_path / "pictures"
    root.mkdir()
    for k in range(N):
        noise = np.random.default_rng(k).integers(0, 256, (12, 12, 3)).astype(np.uint8)
        data = saved(noise)
        if k % 5 == 1:
            data = saved((noise[..., 0].astype(np.uint16)) * 16)
        if k % 5 == 2:
            data = saved(np.dstack([np.full_like(noise, 255), noise[..., 0]]))
        (root / f"{k:02d}.png").write_bytes(data if k != 7 else data[:90])
    return root


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def read(folder: Path, work: Path, on_step=ignore_step) -> Reading:
    return read_images(FileTree(folder), names(folder), 8, work, on_step=on_step)


def pixels(reading: Reading) -> np.ndarray:
    return np.stack([*reading.store.rows(reading.kept)])


def test_what_was_left_out_and_assumed_is_noted(folder: Path, tmp_path: Path) -> None:
    reading = read(folder, tmp_path / "work")
    assert len(reading.kept) == N - 1
    left_out, depth, ground = reading.notes()
    assert left_out.startswith("1 left out (cannot be read): 07.png is not a readable image")
    assert depth.startswith("6 images of 16 bits hold 0 to 4,080: read as 12 bits")
    assert ground == "5 images have transparent parts: all of them stand on black."


def test_a_reading_that_was_stopped_goes_on_and_gives_the_same(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = read(folder, tmp_path / "whole")
    monkeypatch.setattr(images_module, "PART", 4)
    tree = FileTree(folder)
    opened: list[str] = []
    original = FileTree._read_file

    def counting(self: FileTree, file: Path, name: str) -> bytes:
        opened.append(name)
        if len(opened) in (10, 25, 40):
            raise Cancelled
        return original(self, file, name)

    monkeypatch.setattr(FileTree, "_read_file", counting)
    for _ in range(3):
        with pytest.raises(Cancelled):
            read_images(tree, names(folder), 8, tmp_path / "work", on_step=ignore_step)
    resumed = read_images(tree, names(folder), 8, tmp_path / "work", on_step=ignore_step)
    np.testing.assert_array_equal(pixels(resumed), pixels(whole))
    assert resumed.notes() == whole.notes()
    n_second = sum(k % 5 in (1, 2) for k in range(N) if k != 7)
    assert (
        len(opened) == N + n_second + 3
    )  # each once, those that wait for a rule twice, and those it was stopped at


def test_progress_counts_all_images(folder: Path, tmp_path: Path) -> None:
    steps: list[Step] = []
    read(folder, tmp_path / "work", steps.append)
    assert (steps[0].done, steps[0].total, steps[0].note) == (0, N, "reading pictures")


def test_torn_parts_are_read_again(folder: Path, tmp_path: Path) -> None:
    work = tmp_path / "work"
    whole = pixels(read(folder, work))
    journal, rows = work / "outcomes.jsonl", work / "rows.bin"
    data = bytearray(rows.read_bytes())
    data[100] ^= 1
    rows.write_bytes(data)
    journal.write_text(journal.read_text()[:-7])
    np.testing.assert_array_equal(pixels(read(folder, work)), whole)
    journal.write_text("nothing")
    np.testing.assert_array_equal(pixels(read(folder, work)), whole)


def test_rows_of_other_files_are_not_taken(folder: Path, tmp_path: Path) -> None:
    read(folder, tmp_path / "work")
    (folder / "00.png").rename(folder / "zz.png")
    again = RowStore(tmp_path / "work", names(folder), 8)
    assert again.outcomes == {}


def test_an_outcome_is_the_same_after_json() -> None:
    outcome = Outcome(
        is_pending=True,
        levels=(0, 3),
        traits=("frames",),
        span=Span(SIXTEEN_BITS, 0.0, 4095.0),
        contrasts=(1.0, 2.0, 3.0),
    )
    assert Outcome.from_json(outcome.to_json()) == outcome
    assert Outcome().to_json() == {}


def test_blank_images_are_counted_and_a_set_of_them_is_said_to_be_one(tmp_path: Path) -> None:
    root = tmp_path / "pictures"
    root.mkdir()
    (root / "0.png").write_bytes(saved(Image.new("RGB", (9, 9), "red")))
    (root / "1.png").write_bytes(saved(Image.new("RGB", (9, 9), "blue")))
    assert read(root, tmp_path / "a").notes() == [
        "2 images, all there are, are blank, all of one colour: 0.png, 1.png."
    ]
    (root / "2.png").write_bytes(saved(eight_bits(WAVES)))
    assert read(root, tmp_path / "b").notes() == ["2 images are blank, all of one colour: 0.png, 1.png."]


def test_masks_of_0_and_1_are_said_to_look_blank(tmp_path: Path) -> None:
    root = tmp_path / "pictures"
    root.mkdir()
    (root / "0.png").write_bytes(saved((WAVES > 0.5).astype(np.uint8)))
    assert read(root, tmp_path / "work").notes() == [
        "All images together use no grey levels but 0 to 1 of 0 to 255: they look blank, though they are not."
    ]


# ---- the array on disk ---------------------------------------------------------------------------


@pytest.mark.parametrize("n_channels", [1, 3])
def test_images_are_arranged_as_their_content_says(folder: Path, tmp_path: Path, n_channels: int) -> None:
    work = tmp_path / "work"
    reading = read(folder, work)
    ids = np.array([reading.names[k] for k in reading.kept])
    arrays = arranged(reading, {"ids": ids}, n_channels, work, ignore_step)
    unordered = pixels(reading)
    if n_channels == 1:
        grey = [Image.fromarray(image.transpose(1, 2, 0)).convert("L") for image in unordered]
        unordered = np.stack([np.asarray(image) for image in grey])[:, None]
    order = content_order(unordered, ids.tolist())
    np.testing.assert_array_equal(arrays["images"], unordered[order])
    np.testing.assert_array_equal(arrays["ids"], ids[order])


def test_a_product_is_moved_to_its_place_and_its_parts_are_removed(folder: Path, tmp_path: Path) -> None:
    home = Home(tmp_path / "home", ())

    def make(work: Path) -> Arrays:
        reading = read(folder, work)
        return arranged(
            reading, {"ids": np.array([reading.names[k] for k in reading.kept])}, 3, work, ignore_step
        )

    arrays = arrays_in_parts(home, "images", {"key": 1}, make, on_step=ignore_step)
    assert arrays["images"].shape == (N - 1, 3, 8, 8)
    assert [path.name for path in (home.products / "images").iterdir()] == [
        home.folder("images", {"key": 1}).name
    ]
    again = arrays_in_parts(
        home, "images", {"key": 1}, lambda work: pytest.fail("made twice"), on_step=ignore_step
    )
    before = np.array(again["images"])
    release(again["images"])
    np.testing.assert_array_equal(again["images"], before)


def test_parts_of_a_stopped_making_stay_for_the_next(tmp_path: Path) -> None:
    home = Home(tmp_path / "home", ())

    def stop(work: Path) -> Arrays:
        (work / "part").write_text("done")
        raise Cancelled

    with pytest.raises(Cancelled):
        arrays_in_parts(home, "images", {"key": 1}, stop, on_step=ignore_step)
    go_on = lambda work: {"parts": np.array([(work / "part").read_text()])}  # noqa: E731
    assert arrays_in_parts(home, "images", {"key": 1}, go_on, on_step=ignore_step)["parts"].tolist() == [
        "done"
    ]


def test_of_two_that_need_one_product_one_makes_it(tmp_path: Path) -> None:
    home = Home(tmp_path / "home", ())
    made: list[int] = []
    waited = threading.Event()

    def make(work: Path) -> Arrays:
        made.append(1)
        assert waited.wait(20)
        return {"x": np.arange(3)}

    def note_waiting(step: Step) -> None:
        if "waiting" in step.note:
            waited.set()

    def get() -> None:
        results.append(arrays_in_parts(home, "images", {}, make, on_step=note_waiting)["x"].tolist())

    results: list[list[int]] = []
    threads = [threading.Thread(target=get) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert results == [[0, 1, 2]] * 2
    assert made == [1]
