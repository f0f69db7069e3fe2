"""Tests umeta.studies.engines.ray_cluster and umeta.studies.engines.ray_worker on a real head with two workers."""

import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.studies.engines import ray_site
from tests.studies.engines.same_results import (
    assert_same_results,
    run_command,
    seconds_of_children,
    twelve_cells,
    wait_for_trainings,
    wait_until_idle,
)
from umeta.cache import Home

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(bool(ray_site.missing()), reason=ray_site.missing()),
]


@pytest.fixture
def cluster(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of a cluster."""
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[3]))
    with ray_site.running_ray(tmp_path / "ray") as address:
        yield address


def test_with_a_worker_killed_the_results_are_those_of_one_machine(cluster, tmp_path):
    file, study = twelve_cells(tmp_path, iterations=800)
    home, alone = Home(tmp_path / "home", ()), Home(tmp_path / "alone", ())
    before = seconds_of_children()
    submitted = run_command(home, "study", file, "--budget", "smoke", "--on", cluster, "--json")
    assert seconds_of_children() - before < 10  # of which loading Ray and torch is the most
    assert submitted.returncode == 0, submitted.stderr
    assert json.loads(submitted.stdout)["submitted"] == 12
    first, _ = wait_for_trainings(study, home, 2)  # on both workers at the same time
    os.kill(first.status().pid, signal.SIGKILL)  # Ray starts the cell again, from its checkpoint
    assert wait_until_idle(study, home) == {"finished": 12}

    done = run_command(alone, "study", file, "--budget", "smoke", "--json")
    assert done.returncode == 0, done.stderr
    assert_same_results(study, alone, home)


def test_what_is_stopped_keeps_its_checkpoints(cluster, tmp_path):
    file, study = twelve_cells(tmp_path, iterations=100_000)
    home = Home(tmp_path / "home", ())
    words = ("study", file, "--budget", "smoke", "--on", cluster)
    assert run_command(home, *words).returncode == 0
    (run, *_) = wait_for_trainings(study, home, 1)
    assert run_command(home, *words, "--stop").returncode == 0
    assert set(wait_until_idle(study, home, seconds=60)) <= {"finished", "cancelled", "lost"}
    assert run.status().state == "cancelled"
    assert list(run.checkpoints.iterdir())
