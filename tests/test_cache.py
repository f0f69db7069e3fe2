import json
import logging
import os
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from umeta.cache import Arrays, Home, publishing, write_atomically
from umeta.stage import UserError
from umeta.storage_errors import StorageError


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home", (tmp_path / "data",))


def numbers(n: int = 6) -> Arrays:
    return {"x": np.arange(n, dtype=np.float32), "y": np.eye(2)}


def forbidden() -> Arrays:
    pytest.fail("made again")


@pytest.mark.parametrize("kind", ["arrays", "weights"])
def test_a_product_is_made_once_and_found_again(home: Home, kind: str) -> None:
    keep: Any = getattr(home, kind)
    assert not home.has("toy", {"a": 1})
    made = keep("toy", {"a": 1}, numbers)
    found = keep("toy", {"a": 1}, forbidden)
    for name, array in numbers().items():
        np.testing.assert_array_equal(made[name], array)
        np.testing.assert_array_equal(found[name], array)
    assert home.has("toy", {"a": 1})
    assert not home.has("toy", {"a": 2})


def test_arrays_are_read_only_and_memory_mapped(home: Home) -> None:
    found = home.arrays("toy", {}, numbers)["x"]
    assert isinstance(found, np.memmap)
    with pytest.raises(ValueError, match="read-only"):
        found[0] = 1


def test_what_made_it_is_written_beside_it(home: Home) -> None:
    home.arrays("toy", {"a": [1, 2]}, numbers)
    (record,) = home.products.rglob("made_from.json")
    assert json.loads(record.read_text())["made_from"] == {"a": [1, 2]}


def test_arrays_of_objects_are_refused(home: Home) -> None:
    with pytest.raises(ValueError, match="[Oo]bject arrays cannot be saved"):
        home.arrays("toy", {}, lambda: {"x": np.array([{}], object)})
    assert not list(home.products.rglob("*.npy"))


@pytest.mark.parametrize("kind", ["arrays", "weights"])
@pytest.mark.parametrize(
    "harm", ["flip", "cut", "empty", "gone", "no record", "record", "record without sums"]
)
def test_a_damaged_product_is_set_aside_and_made_again(
    home: Home, kind: str, harm: str, caplog: pytest.LogCaptureFixture
) -> None:
    keep: Any = getattr(home, kind)
    other = keep("toy", {"b": 1}, numbers)
    keep("toy", {"a": 1}, numbers)
    folder = next(f.parent for f in home.products.rglob("made_from.json") if '"a"' in f.read_text())
    record, file = folder / "made_from.json", sorted(folder.glob("[wx]*"))[0]
    match harm:
        case "flip":
            file.write_bytes(file.read_bytes()[:-1] + b"\x99")
        case "cut":
            file.write_bytes(file.read_bytes()[:-3])
        case "empty":
            file.write_bytes(b"")
        case "gone":
            file.unlink()
        case "no record":
            record.unlink()
        case "record":
            record.write_text("{")
        case _:
            record.write_text("{}")
    for _ in range(2):  # twice: what was set aside once is not in the way of the next
        with caplog.at_level(logging.WARNING):
            made = keep("toy", {"a": 1}, numbers)
        np.testing.assert_array_equal(made["x"], numbers()["x"])
        assert "set aside" in caplog.text
        sorted(folder.glob("[wx]*"))[0].write_bytes(b"")
    np.testing.assert_array_equal(keep("toy", {"b": 1}, forbidden)["x"], other["x"])


def test_a_failing_maker_leaves_nothing(home: Home) -> None:
    def fail() -> Arrays:
        raise RuntimeError("no")

    with pytest.raises(RuntimeError, match="no"):
        home.arrays("toy", {}, fail)
    assert not home.products.exists()


def test_the_first_of_two_publishers_stands(home: Home) -> None:
    target = home.products / "toy" / "x"
    with publishing(target) as second:
        (second / "file").write_text("second")
        with publishing(target) as first:
            (first / "file").write_text("first")
    assert (target / "file").read_text() == "first"
    assert [folder.name for folder in target.parent.iterdir()] == ["x"]


def test_a_write_that_fails_leaves_what_stood_there(home: Home, tmp_path: Path) -> None:
    path = tmp_path / "folder"
    path.mkdir()
    (path / "inside").write_text("kept")
    with pytest.raises(StorageError, match="could not write .*Is a directory.*UMETA_HOME"):
        write_atomically(path, b"data")  # a folder with content cannot be replaced by a file
    assert [file.name for file in tmp_path.iterdir()] == ["folder"]
    assert (path / "inside").read_text() == "kept"


def test_threads_that_write_one_file_at_one_time_leave_one_of_their_texts(tmp_path: Path) -> None:
    path = tmp_path / ("long" * 60)
    texts = [str(number).encode() * 1000 for number in range(8)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(partial(write_atomically, path), texts * 25))
    assert path.read_bytes() in texts
    assert list(tmp_path.iterdir()) == [path]


def test_an_interrupted_write_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_atomically(tmp_path / "file", b"data")
    assert not list(tmp_path.iterdir())


def test_home_from_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("UMETA_HOME", str(tmp_path / "h"))
    monkeypatch.setenv("UMETA_DATA", str(tmp_path / "d"))
    home = Home.from_environment()
    assert (home.root, home.data_folders) == (tmp_path / "h", (tmp_path / "d", tmp_path / "h" / "data"))
    monkeypatch.delenv("UMETA_DATA")
    assert Home.from_environment().data_folders == (tmp_path / "h" / "data",)


FILL = """
import logging, sys
from pathlib import Path
import numpy as np
from umeta.cache import Home, write_atomically
from umeta.storage_errors import StorageError
{limit}
home = Home(Path(sys.argv[1]), ())
small = lambda: {{"x": np.arange(10)}}
large = lambda: {{"a": np.arange(10), "x": np.ones(1_000_000)}}
home.arrays("toy", {{"small": 1}}, small)
write_atomically(home.root / "status.json", b"before")
attempts = [
    lambda: home.arrays("toy", {{"large": 1}}, large),
    lambda: home.weights("toy", {{"large": 2}}, large),
    lambda: write_atomically(home.root / "status.json", bytes(8_000_000)),
]
for attempt in attempts:
    try:
        attempt()
    except StorageError as error:
        assert "could not write" in str(error) and "UMETA_HOME" in str(error), error
        assert "\\n" not in str(error), error
    else:
        raise SystemExit("nothing went wrong")
home.arrays("toy", {{"small": 1}}, lambda: sys.exit("made again"))
assert (home.root / "status.json").read_bytes() == b"before"
left = sorted(str(f.relative_to(home.root)) for f in home.root.rglob("*") if f.is_file())
assert len(left) == 3, left
"""


def run_full(limit: str, root: Path) -> None:
    program = textwrap.dedent(FILL.format(limit=limit))
    done = subprocess.run([sys.executable, "-c", program, str(root)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_a_limit_on_file_size_loses_nothing(tmp_path: Path) -> None:
    run_full("import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (500_000, 500_000))", tmp_path)


@pytest.fixture
def full_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 1 MB."""
    place = tmp_path / "disk"
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(place)]
    if os.geteuid() != 0 or subprocess.run(command, capture_output=True).returncode != 0:
        pytest.skip("only root can mount a small disk; the limit on file size is tested in any case")
    yield place
    subprocess.run(["umount", str(place)], check=True)


def test_a_full_disk_loses_nothing(full_disk: Path) -> None:
    run_full("", full_disk)


@pytest.mark.parametrize(
    ("variables", "message"),
    [
        ({"HOME": ""}, "the folder ~/.cache/umeta cannot be found .*Set UMETA_HOME to the whole path"),
        ({"UMETA_HOME": "~nobody-of-that-name/x"}, "~nobody-of-that-name/x cannot be found .*Set UMETA_HOME"),
        ({"UMETA_HOME": "/tmp", "UMETA_DATA": "~nobody-of-that-name"}, "Set UMETA_DATA to the whole path"),
    ],
)
def test_a_home_that_cannot_be_found_is_one_clear_line(
    variables: dict[str, str], message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("UMETA_HOME", "UMETA_DATA"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(UserError, match=message) as raised:
        Home.from_environment()
    assert "\n" not in str(raised.value)


def test_without_home_the_user_data_base_says_where_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("UMETA_HOME", raising=False)
    monkeypatch.delenv("HOME")
    assert Home.from_environment().root.parts[-2:] == (".cache", "umeta")
