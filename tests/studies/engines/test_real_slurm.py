"""Tests umeta.studies.engines.slurm and umeta.studies.cell_worker on a real SLURM of one node, started here."""

import json
import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.studies.engines import slurm_site
from tests.studies.engines.same_results import (
    assert_same_results,
    run_command,
    seconds_of_children,
    twelve_cells,
    wait_for_trainings,
    wait_until_idle,
)
from umeta.cache import Home
from umeta.studies.placement import place_cells

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(bool(slurm_site.missing()), reason=slurm_site.missing()),
]


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A SLURM whose arrays have at most eight cells."""
    with slurm_site.running_slurm(tmp_path / "slurm", max_array_size=8) as conf:
        monkeypatch.setenv("SLURM_CONF", str(conf))
        yield conf


def test_with_a_worker_killed_and_a_job_preempted_the_results_are_those_of_one_machine(site, tmp_path):
    file, study = twelve_cells(tmp_path, iterations=800)
    home, alone = Home(tmp_path / "home", ()), Home(tmp_path / "alone", ())
    before = seconds_of_children()
    submitted = run_command(home, "study", file, "--budget", "smoke", "--on", "slurm", "--json")
    assert seconds_of_children() - before < 5
    assert submitted.returncode == 0, submitted.stderr
    said = json.loads(submitted.stdout)
    assert (said["submitted"], len(said["jobs"])) == (
        12,
        2,
    )  # the process has ended; arrays of eight and of four

    first, second = wait_for_trainings(study, home, 2)[:2]
    preempted = next(one for one in place_cells(study, home) if one.cell.run_id == second.run_id)
    job = preempted.place.rpartition(" ")[2]
    os.kill(first.status().pid, signal.SIGKILL)
    subprocess.run(["scancel", "--batch", "--signal=USR1", job], check=True)
    deadline = time.monotonic() + 30
    while second.status().state != "cancelled":
        assert time.monotonic() < deadline, second.status()
        time.sleep(0.1)
    time.sleep(5)  # squeue is asked every five seconds
    states = {one.cell.run_id: one.state for one in place_cells(study, home)}
    assert (states[first.run_id], states[second.run_id]) == ("lost", "queued")

    assert wait_until_idle(study, home) == {"finished": 11, "lost": 1}
    again = run_command(home, "study", file, "--budget", "smoke", "--on", "slurm", "--resubmit", "--json")
    assert json.loads(again.stdout)["submitted"] == 1
    assert wait_until_idle(study, home) == {"finished": 12}
    log = next((home.root / "studies").glob(f"*/batches/*/{job.partition('_')[2]}.log")).read_text()
    assert "is queued again" in log

    done = run_command(alone, "study", file, "--budget", "smoke", "--json")
    assert done.returncode == 0, done.stderr
    assert_same_results(study, alone, home)


def test_what_is_stopped_keeps_its_checkpoints_and_leaves_the_queue(site, tmp_path):
    file, study = twelve_cells(tmp_path, iterations=100_000)
    home = Home(tmp_path / "home", ())
    words = ("study", file, "--budget", "smoke")
    submitted = run_command(home, *words, "--on", "slurm", "--json")
    assert submitted.returncode == 0, submitted.stderr
    (run, *_) = wait_for_trainings(study, home, 1)
    stopped = run_command(home, *words, "--on", "slurm", "--stop")
    assert stopped.returncode == 0, stopped.stderr
    time.sleep(5)
    now = wait_until_idle(study, home, seconds=60)
    assert set(now) <= {"finished", "cancelled", "lost"}
    assert run.status().state == "cancelled"
    assert list(run.checkpoints.iterdir())
