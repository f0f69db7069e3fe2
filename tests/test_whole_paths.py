from pathlib import Path

import pytest

from umeta.whole_paths import whole_path


def test_a_path_is_written_out_whole(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", "/home/me")
    assert whole_path("marks.json", "dataset.labels") == str(tmp_path / "marks.json")
    assert whole_path("~/marks.json", "dataset.labels") == "/home/me/marks.json"


def test_the_home_of_nobody_is_told_with_its_option():
    with pytest.raises(
        ValueError, match=r"^dataset.labels=~nobody-here/a: the path cannot be followed: .*\. Give another\.$"
    ):
        whole_path("~nobody-here/a", "dataset.labels")
