from pathlib import Path

import pytest

from tests.small_runs import small
from umeta.cache import Home
from umeta.disk_use import bytes_in, check_quota, folder_size, quota_of, set_quota, size_text, use_by_kind
from umeta.runs import RunDirectory, launch, list_runs
from umeta.runs.pipeline import execute
from umeta.stage import UserError


def write(file: Path, n_bytes: int) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(bytes(n_bytes))


def test_the_size_of_a_folder_is_that_of_its_files(tmp_path: Path):
    write(tmp_path / "a", 5)
    write(tmp_path / "deep" / "b", 3)
    assert folder_size(tmp_path) == 8
    assert folder_size(tmp_path / "a") == 5
    assert folder_size(tmp_path / "nowhere") == 0


def test_every_file_of_a_home_is_counted_once(home: Home):
    places = (
        "products/embeddings/1/a",
        "products/made up/1/a",
        "runs/1/a",
        "deleted/1/a",
        "data/a",
        "media/a",
        "making/x/a",
        "b",
    )
    for power, place in enumerate(places):
        write(home.root / place, 2**power)
    assert use_by_kind(home) == {
        "embeddings": 1,
        "made up": 2,
        "runs": 4,
        "deleted runs": 8,
        "downloads": 16,
        "pictures for the browser": 32,
        "other files": 64 + 128,
    }


@pytest.mark.parametrize(
    ("text", "size"), [("20GB", 20 * 10**9), (" 1.5 mb ", 1_500_000), ("3 kB", 3000), ("7 B", 7)]
)
def test_sizes_are_read_as_they_are_written(text: str, size: int):
    assert bytes_in(text) == size
    assert bytes_in(size_text(size)) == size


@pytest.mark.parametrize("text", ["", "20", "-1 GB", "GB", "1e3 GB", "99999999999 GB", "nan GB"])
def test_what_is_no_size_is_refused(text: str):
    with pytest.raises(UserError, match="give a number and GB, MB or kB"):
        bytes_in(text)


def test_a_quota_of_the_environment_comes_before_that_of_the_home(
    home: Home, monkeypatch: pytest.MonkeyPatch
):
    assert quota_of(home) is None
    set_quota(home, "2 GB")
    assert quota_of(home) == 2 * 10**9
    monkeypatch.setenv("UMETA_QUOTA", "1 MB")
    assert quota_of(home) == 10**6
    monkeypatch.setenv("UMETA_QUOTA", "much")
    with pytest.raises(UserError, match="'much' is no size"):
        quota_of(home)


def test_above_its_quota_no_run_starts_and_finished_ones_are_returned(
    home: Home, finished: RunDirectory, monkeypatch: pytest.MonkeyPatch
):
    write(home.root / "data" / "much", 5000)
    monkeypatch.setenv("UMETA_QUOTA", "4 kB")
    for start in (execute, launch):
        with pytest.raises(
            UserError, match=r"holds .* more than its quota of 4.0 kB.*umeta cache prune --dry-run"
        ):
            start(small(), home)
    assert list_runs(home) == []
    monkeypatch.setenv("UMETA_QUOTA", "4 GB")
    check_quota(home)
