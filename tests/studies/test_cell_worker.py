import os
import signal
import subprocess
import sys
import time

import pytest

from tests.studies.engines import fake_slurm
from tests.studies.small_studies import write_study
from umeta.runs.directory import RunDirectory
from umeta.runs.directory_claims import NOT_CLAIMED, AlreadyRunning
from umeta.runs.status import Status
from umeta.studies import cell_worker
from umeta.studies.batches import Batch, BatchRecord
from umeta.studies.cell_worker import execute_cell, run_of_cell
from umeta.studies.resources import Resources
from umeta.studies.study import load_study


def batch_of(home, file: str, *words: str) -> Batch:
    cells = load_study(file, "smoke", words).cells
    run_ids = tuple(cell.run_id for cell in cells)
    record = BatchRecord(engine="slurm", run_ids=run_ids, resources=Resources(), label_use="revealed")
    return Batch.create(home.root / "studies" / "tiny", cells, record)


@pytest.mark.process
def test_warned_of_its_end_a_cell_keeps_its_checkpoint_and_is_queued_again(home, tmp_path, monkeypatch):
    fake = fake_slurm.install(tmp_path / "fake", monkeypatch)
    batch = batch_of(home, write_study(tmp_path), "protonets.iterations=100000")
    run = run_of_cell(batch, 1, home)
    assert run.launch_record()["label_use"] == "revealed"
    worker = subprocess.Popen(
        [sys.executable, "-m", "umeta.studies.cell_worker", str(batch.path), "1"],
        env={**os.environ, "UMETA_HOME": str(home.root), "SLURM_JOB_ID": "77"},
    )
    deadline = time.monotonic() + 120
    while run.status().stage != "train":
        assert time.monotonic() < deadline, run.status()
        time.sleep(0.05)
    worker.send_signal(signal.SIGUSR1)
    assert worker.wait(60) == 0
    assert run.status().state == "cancelled"
    assert list(run.checkpoints.iterdir())
    assert (fake / "controlled").read_text() == "requeue 77\n"


def test_a_cell_that_another_process_has_is_waited_for(home, tmp_path, monkeypatch):
    run = run_of_cell(batch_of(home, write_study(tmp_path)), 0, home)
    answers = [NOT_CLAIMED, NOT_CLAIMED, 0]
    monkeypatch.setattr(cell_worker, "PAUSE", 0.0)
    monkeypatch.setattr(cell_worker, "work", lambda path, execute: answers.pop(0))
    assert execute_cell(run, lambda: False) == 0
    assert answers == []


def test_of_a_process_on_a_machine_that_was_not_heard_of_its_cell_is_taken_over(home, tmp_path, monkeypatch):
    run = run_of_cell(batch_of(home, write_study(tmp_path)), 0, home)
    taken = []
    silent = Status("unknown", host="node7", pid=1)
    monkeypatch.setattr(RunDirectory, "status", lambda self: silent)

    def take(path, *, by_force: bool):
        taken.append(by_force)
        raise AlreadyRunning("it is heard of after all")

    answers = [NOT_CLAIMED, 0]
    monkeypatch.setattr(cell_worker, "PAUSE", 0.0)
    monkeypatch.setattr(cell_worker, "work", lambda path, execute: answers.pop(0))
    monkeypatch.setattr(cell_worker.directory_claims, "take", take)
    assert execute_cell(run, lambda: False) == 0
    assert taken == [True]


def test_a_cell_that_is_stopped_before_it_begins_does_nothing(home, tmp_path):
    run = run_of_cell(batch_of(home, write_study(tmp_path)), 0, home)
    assert execute_cell(run, lambda: True) == 0
    assert run.status().state == "unknown"


@pytest.mark.parametrize(
    ("restarts", "keeps", "state"), [(3, False, "failed"), (3, True, "unknown"), (2, False, "unknown")]
)
def test_a_cell_that_never_keeps_anything_is_not_queued_again_forever(
    home, tmp_path, monkeypatch, restarts, keeps, state
):
    fake = fake_slurm.install(tmp_path / "fake", monkeypatch)
    batch = batch_of(home, write_study(tmp_path))

    def execute(run: RunDirectory, is_stopped) -> int:
        signal.raise_signal(signal.SIGUSR1)
        assert is_stopped()
        if keeps:
            run.checkpoints.mkdir()
            (run.checkpoints / "partition.safetensors").touch()
        return 0

    monkeypatch.setattr(cell_worker, "execute_cell", execute)
    for name, value in {"UMETA_HOME": home.root, "SLURM_JOB_ID": 77, "SLURM_RESTART_COUNT": restarts}.items():
        monkeypatch.setenv(name, str(value))
    before = signal.getsignal(signal.SIGUSR1)
    try:
        cell_worker.main(batch, 0)
    finally:
        signal.signal(signal.SIGUSR1, before)
    status = run_of_cell(batch, 0, home).status()
    assert status.state == state
    assert (fake / "controlled").exists() == (state == "unknown")
    assert state == "unknown" or "give it more by --time and resubmit it" in status.message
