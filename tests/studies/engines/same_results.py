"""A study that takes long enough to be disturbed, and whether two homes hold the same results of it."""

import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path

from safetensors import safe_open

from tests.studies.small_studies import TINY, write_study
from umeta.cache import Home
from umeta.runs.directory import RunDirectory
from umeta.studies.placement import counts_of, place_cells
from umeta.studies.study import Study, load_study

CLOCKS = ("seconds", "cpu_seconds")
GRID = [
    TINY["grid"][0],
    {"partition": "kmeans", "learner": "protonets", "seed": list(range(9)), "baselines": []},
    {"partition": "oracle", "learner": "protonets", "seed": [0, 1], "baselines": []},
]


def twelve_cells(folder: Path, iterations: int, budget: str = "smoke") -> tuple[str, Study]:
    """Write a study of twelve cells; return its file, and the study."""
    smoke = {**TINY["budgets"]["smoke"], "protonets": {"iterations": iterations, "n_filters": 8}}
    file = write_study(folder, grid=GRID, budgets={budget: smoke})
    study = load_study(file, budget)
    assert len(study.cells) == 12
    return file, study


def run_command(home: Home, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Call `umeta` with a home."""
    return subprocess.run(
        [sys.executable, "-m", "umeta", *words],
        env={**os.environ, "UMETA_HOME": str(home.root), "OMP_NUM_THREADS": "1", **environment},
        capture_output=True,
        text=True,
    )


def seconds_of_children() -> float:
    """Return what commands that have ended computed; what passed hangs on what else the machine does."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def wait_for_trainings(study: Study, home: Home, n: int, seconds: float = 300) -> list[RunDirectory]:
    """Wait until so many cells are in their training, and return their runs."""
    runs = [RunDirectory(home.runs / cell.run_id) for cell in study.cells]
    deadline = time.monotonic() + seconds
    while len(found := [run for run in runs if _trains(run)]) < n:
        assert time.monotonic() < deadline, [run.status() for run in runs]
        time.sleep(0.05)
    return found


def wait_until_idle(study: Study, home: Home, seconds: float = 900) -> dict[str, int]:
    """Wait until no cell is queued or running, and return how many are in which state."""
    deadline = time.monotonic() + seconds
    while {"queued", "running"} & set(now := counts_of(place_cells(study, home))):
        assert time.monotonic() < deadline, now
        time.sleep(1)
    return now


def _trains(run: RunDirectory) -> bool:
    status = run.status()
    return status.state == "running" and status.stage == "train" and status.done > 1


def assert_same_results(study: Study, one: Home, other: Home) -> None:
    """Assert that every file of results holds the same, bit for bit; of a result all but what its stages took."""
    for cell in study.cells:
        first, second = (home.runs / cell.run_id for home in (one, other))
        assert _without_clocks(first) == _without_clocks(second)
        files = [path.relative_to(first) for path in first.rglob("*.safetensors")]
        assert len(files) >= 3
        assert set(files) == {path.relative_to(second) for path in second.rglob("*.safetensors")}
        for file in files:
            assert _content(first / file) == _content(second / file), (cell.run_id, file)
    for kind in ("embeddings", "partitions", "learners"):
        files = [path.relative_to(one.root) for path in (one.products / kind).glob("*/*")]
        assert set(files) == {path.relative_to(other.root) for path in (other.products / kind).glob("*/*")}
        for file in files:
            assert _content(one.root / file) == _content(other.root / file), file


def _content(file: Path) -> object:
    """Return the bytes of a file; of safetensors, whose header has no order, the arrays and the text about them."""
    if file.suffix != ".safetensors":
        return file.read_bytes()
    with safe_open(file, framework="numpy") as opened:
        arrays = {name: opened.get_tensor(name) for name in opened.keys()}  # noqa: SIM118
        about = opened.metadata()
    return about, {name: (str(array.dtype), array.shape, array.tobytes()) for name, array in arrays.items()}


def _without_clocks(run: Path) -> dict:
    result = json.loads((run / "result.json").read_bytes())
    return {key: value for key, value in result.items() if key not in (*CLOCKS, "seal")}
