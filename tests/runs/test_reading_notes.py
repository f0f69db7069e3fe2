"""What is left out in reading is told on stderr, in the run's log and in its result, detached or not."""

import io
import json
import subprocess
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.cli.conftest import umeta
from umeta.cache import Home

pytestmark = pytest.mark.process

KEYS = (
    "encoder=pixels", "learner=none", "baselines=nearest-neighbour", "dataset.size=8", "dataset.counts=2,2,6",
    "test.n_tasks=5", "budget=smoke",
)  # fmt: skip


@pytest.fixture(scope="module")
def photos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ten classes of five images, of which two are cut off."""
    folder = tmp_path_factory.mktemp("own") / "photos"
    for c in range(10):
        (folder / f"c{c}").mkdir(parents=True)
        for k in range(5):
            pixels = np.random.default_rng([c, k]).integers(0, 256, (16, 16, 3)).astype(np.uint8)
            file = io.BytesIO()
            Image.fromarray(pixels).save(file, "PNG")
            data = file.getvalue()
            (folder / f"c{c}" / f"{k}.png").write_bytes(data[:200] if k == 0 and c < 2 else data)
    return folder


def check(ran: subprocess.CompletedProcess[str], run_log: str, notes: list[str]) -> None:
    note, fitted = notes
    assert fitted.startswith("Defaults fitted to the images: test.n_query=")  # classes of five images
    assert [line for line in ran.stderr.splitlines() if "Defaults fitted" in line] == [fitted]
    assert "left out" in note.lower()
    assert "c0/0.png" in note
    assert note in run_log
    (told,) = [line for line in ran.stderr.splitlines() if "left out" in line.lower()]
    assert note in told


def test_a_run_tells_what_was_left_out(photos: Path, tmp_path: Path) -> None:
    home = Home(tmp_path, ())
    ran = umeta(home, "run", f"dataset=folder:{photos}", *KEYS, "--json")
    assert ran.returncode == 0, ran.stderr
    result = json.loads(ran.stdout)
    run_log = (home.runs / result["run_id"] / "run.log").read_text()
    check(ran, run_log, result["notes"])
    again = umeta(home, "run", f"dataset=folder:{photos}", *KEYS, "test.seed=1", "--json")
    assert result["notes"][0] in again.stderr  # from the cache too
    assert f"note: {result['notes'][0]}" in umeta(home, "show", result["run_id"]).stdout


@pytest.mark.slow
def test_a_detached_run_tells_it_too(photos: Path, tmp_path: Path) -> None:
    home = Home(tmp_path, ())
    ran = umeta(home, "run", f"dataset=folder:{photos}", *KEYS, "--detach", "--json")
    assert ran.returncode == 0, ran.stderr
    run = home.runs / json.loads(ran.stdout)["run_id"]
    deadline = time.monotonic() + 60
    while not (run / "result.json").exists() and time.monotonic() < deadline:
        time.sleep(0.1)
    run_log = (run / "run.log").read_text()
    check(ran, run_log, json.loads((run / "result.json").read_text())["notes"])
    assert run_log.lower().count("left out") == 1
