"""The record of what was opened; also umeta.ui.frame.opened_entry."""

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.serving import ROOT
from umeta.cache import Home
from umeta.stage import UserError
from umeta.ui.frame import opened_paths

UPDATES = """
import sys
from pathlib import Path
from umeta.cache import Home
from umeta.ui.frame import opened_paths

home = Home(Path(sys.argv[1]), ())
for k in range(100):
    opened_paths.remember(home, f"folder:/photos/{sys.argv[2]}/{k}")
opened_paths.rename(home, "folder:/shared", f"renamed by {sys.argv[2]}")
"""


def titles(home: Home) -> list[str]:
    return [entry.title for entry in opened_paths.entries(home)]


def test_what_was_opened_is_kept_by_kind_in_the_order_in_which_it_was(home: Home):
    for name in ("folder:/b", "import:/a.npz", "folder:/a", "folder:/b"):
        opened_paths.remember(home, name)
    assert opened_paths.opened(home, "folder") == ["folder:/b", "folder:/a"]
    assert opened_paths.opened(home, "import", "onnx") == ["import:/a.npz"]
    assert opened_paths.opened(home) == ["folder:/b", "import:/a.npz", "folder:/a"]
    assert opened_paths.entry_of(home, "folder:/c") is None


def test_a_set_is_called_by_its_folder_until_a_person_renames_it(home: Home):
    opened_paths.remember(home, "folder:/one/photos.zip")
    opened_paths.remember(home, "folder:/two/photos")
    opened_paths.remember(home, "folder:/three", title="My  holi\u200bday\n")
    assert titles(home) == ["photos", "photos", "My holi day"]
    opened_paths.rename(home, "folder:/two/photos", " Cats * of $HOME ")
    opened_paths.remember(home, "folder:/two/photos")
    assert titles(home) == ["photos", "Cats * of $HOME", "My holi day"]


@pytest.mark.parametrize(
    ("title", "message"), [("  ", "has 0 characters"), ("a" * 81, "has 81"), ("a", "/a is called a already")]
)
def test_a_title_that_cannot_be_is_refused_in_a_line(title: str, message: str, home: Home):
    opened_paths.remember(home, "folder:/a")
    opened_paths.remember(home, "folder:/b")
    with pytest.raises(UserError, match=message):
        opened_paths.rename(home, "folder:/b", title)
    assert titles(home) == ["a", "b"]


def test_how_images_are_read_is_kept_with_the_set(home: Home):
    opened_paths.remember(home, "folder:/a", reading={"fit": "pad", "size": 64})
    opened_paths.remember(home, "folder:/a")
    entry = opened_paths.entry_of(home, "folder:/a")
    assert entry
    assert entry.reading == {"fit": "pad", "size": 64}


def test_options_that_cannot_be_are_not_taken_from_a_changed_record(home: Home):
    opened_paths.remember(
        home, "folder:/a", reading={"fit": "stretch", "size": 10**9, "split": "items", "x": [1]}
    )
    entry = opened_paths.entry_of(home, "folder:/a")
    assert entry
    assert entry.reading == {"split": "items"}


def test_forgetting_a_set_touches_nothing_of_it(home: Home, tmp_path: Path):
    (tmp_path / "photos").mkdir()
    opened_paths.remember(home, f"folder:{tmp_path / 'photos'}")
    opened_paths.remember(home, "folder:/gone")
    assert [entry.is_there for entry in opened_paths.entries(home)] == [True, False]
    opened_paths.forget(home, f"folder:{tmp_path / 'photos'}")
    opened_paths.forget(home, f"folder:{tmp_path / 'photos'}")
    assert opened_paths.opened(home) == ["folder:/gone"]
    assert (tmp_path / "photos").is_dir()


def test_the_list_of_earlier_versions_is_converted_once_and_kept(home: Home):
    home.root.mkdir()
    names = ["folder:/b", "import:/a.npz", 3, "folder:/a", "unknown:/c"]
    (home.root / "opened.json").write_text(json.dumps(names))
    assert opened_paths.opened(home) == ["folder:/b", "import:/a.npz", "folder:/a"]
    assert not (home.root / "opened.json").exists()
    assert json.loads((home.root / "opened" / "converted list.txt").read_text()) == names
    opened_paths.forget(home, "folder:/b")
    assert opened_paths.opened(home) == ["import:/a.npz", "folder:/a"]


@pytest.mark.parametrize("text", ["[1, ", "{}", "\x00"])
def test_a_damaged_list_or_entry_only_makes_it_ask_again(
    text: str, home: Home, caplog: pytest.LogCaptureFixture
):
    home.root.mkdir()
    (home.root / "opened.json").write_text(text)
    assert opened_paths.opened(home) == []
    opened_paths.remember(home, "folder:/a")
    next((home.root / "opened").glob("*.json")).write_text(text)
    assert opened_paths.opened(home) == []
    opened_paths.remember(home, "folder:/a")
    assert opened_paths.opened(home) == ["folder:/a"]
    assert "is not a readable record" in caplog.text


def test_no_update_of_four_processes_or_of_four_threads_is_lost(home: Home):
    opened_paths.remember(home, "folder:/shared")
    command = [sys.executable, "-c", UPDATES, str(home.root)]
    processes = [subprocess.Popen([*command, f"process{k}"], cwd=ROOT) for k in range(4)]
    with ThreadPoolExecutor(4) as pool:
        for thread in range(4):
            for k in range(100):
                pool.submit(opened_paths.remember, home, f"folder:/photos/thread{thread}/{k}")
    assert [process.wait(60) for process in processes] == [0] * 4
    opened = opened_paths.opened(home, "folder")
    whos = [f"{kind}{number}" for kind in ("process", "thread") for number in range(4)]
    assert set(opened) == {f"folder:/photos/{who}/{k}" for who in whos for k in range(100)} | {
        "folder:/shared"
    }
    shared = opened_paths.entry_of(home, "folder:/shared")
    assert shared
    assert shared.title.startswith("renamed by process")
