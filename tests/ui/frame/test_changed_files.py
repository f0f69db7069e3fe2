import os
from pathlib import Path

import pytest

from umeta.ui.frame import changed_files
from umeta.ui.frame.changed_files import stamp_of


@pytest.fixture(autouse=True)
def no_rest(monkeypatch: pytest.MonkeyPatch):
    """An answer stands for no time at all."""
    monkeypatch.setattr(changed_files, "_answers", {})
    monkeypatch.setattr(changed_files, "max", lambda *_: 0.0, raising=False)


def test_the_stamp_changes_with_any_file_below_and_with_nothing_else(tmp_path: Path):
    (tmp_path / "a").mkdir()
    picture = tmp_path / "a" / "1.png"
    picture.write_bytes(b"abc")
    (tmp_path / "gone").symlink_to(tmp_path / "nowhere")
    stamps = [stamp_of(tmp_path), stamp_of(tmp_path)]
    assert stamps[0] == stamps[1] != ""
    picture.write_bytes(b"abcd")
    stamps.append(stamp_of(tmp_path))
    os.utime(picture, ns=(1, 1))
    stamps.append(stamp_of(tmp_path))
    picture.rename(tmp_path / "a" / "2.png")
    stamps.append(stamp_of(tmp_path))
    assert len(set(stamps)) == 4
    assert stamp_of(picture) == ""
    assert stamp_of(tmp_path / "a" / "2.png")


def test_an_answer_stands_for_a_while(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(changed_files, "max", max, raising=False)
    before = stamp_of(tmp_path)
    (tmp_path / "new").touch()
    assert stamp_of(tmp_path) == before
