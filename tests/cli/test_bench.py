"""`umeta bench`: which measurements there are, and what is said where there are none."""

import shutil
import subprocess
import sys
from pathlib import Path

from tests.cli.conftest import umeta
from umeta.cache import Home

ROOT = Path(__file__).parents[2]


def test_a_wrong_name_lists_the_measurements(home: Home):
    answer = umeta(home, "bench", "everything")
    assert answer.returncode == 2
    error, names = answer.stderr.strip().removesuffix(".").split(" Choose one of: ")
    assert error == "error: There is no measurement 'everything'."
    assert {"explorer", "first_map", "first_page", "map_frames", "own_images", "own_set_memory"} <= set(
        names.split(", ")
    )
    assert not {"side_by_side", "stopwatch", "peer_modules"} & set(names.split(", "))


def test_without_a_checkout_one_line_says_so(home: Home, tmp_path: Path):
    shutil.copytree(ROOT / "umeta", tmp_path / "umeta", ignore=shutil.ignore_patterns("__pycache__", "demo"))
    answer = subprocess.run(
        [sys.executable, "-m", "umeta", "bench", "explorer"], cwd=tmp_path, capture_output=True, text=True
    )
    assert answer.returncode == 2
    assert "umeta was installed without them. Clone its repository" in " ".join(answer.stderr.split())
