"""Tests umeta.studies.engines.engine too."""

import pytest

from tests.studies.engines import fake_slurm
from tests.studies.small_studies import write_study
from umeta.runs.directory import RunDirectory
from umeta.stage import UserError
from umeta.studies.batches import Batch, BatchRecord
from umeta.studies.cells import directory_of, state_of
from umeta.studies.engines import engine_of
from umeta.studies.placement import counts_of, place_cells, with_engine
from umeta.studies.resources import Resources
from umeta.studies.study import load_study


@pytest.fixture
def study(tmp_path):
    return load_study(write_study(tmp_path), "smoke")


def hand_over(study, home, job: str = "12", *, on: str = "slurm") -> Batch:
    run_ids = tuple(cell.run_id for cell in study.cells)
    record = BatchRecord(engine=on, run_ids=run_ids, resources=Resources(), job=job)
    return Batch.create(home.root / "studies" / "tiny-smoke", study.cells, record)


@pytest.mark.parametrize(
    ("state", "on_engine", "told"),
    [
        ("waiting", "pending", "queued"),
        ("waiting", "running", "running"),  # its process is starting
        ("waiting", None, "lost"),
        ("cancelled", "pending", "queued"),  # was preempted
        ("cancelled", "running", "running"),
        ("cancelled", None, "cancelled"),
        ("failed", None, "failed"),
        ("lost", None, "lost"),
        ("lost", "pending", "queued"),
        ("running", None, "running"),  # the run's own word counts
        ("running", "pending", "running"),
        ("finished", "pending", "finished"),
        ("precomputed", None, "precomputed"),
    ],
)
def test_an_engine_tells_what_is_queued_from_what_is_lost(state, on_engine, told):
    assert with_engine(state, on_engine) == told


def test_cells_are_told_by_their_runs_and_by_what_squeue_listed(study, home, tmp_path, monkeypatch):
    fake = fake_slurm.install(tmp_path / "fake", monkeypatch)
    hand_over(study, home)
    fake_slurm.listed(fake, "12_2|PENDING", "12_0|RUNNING", "12_1|COMPLETED", "12_3|CANCELLED")
    run = RunDirectory.create(study.cells[1], home, label_use="none")
    run.write_status("failed", message="no room")
    placed = place_cells(study, home)
    assert [one.state for one in placed] == ["running", "failed", "queued", "lost"]
    assert placed[1].message == "no room"
    assert placed[1].place == f"host {run.status().host}, SLURM job 12_1"
    assert placed[2].place == "SLURM job 12_2"
    assert counts_of(placed) == {"running": 1, "failed": 1, "queued": 1, "lost": 1}


def test_of_an_engine_that_does_not_answer_the_runs_say_what_they_know(study, home, tmp_path, monkeypatch):
    fake_slurm.install(tmp_path / "fake", monkeypatch, squeue="echo no controller >&2; exit 1")
    hand_over(study, home, "44")
    assert {one.state for one in place_cells(study, home)} == {"waiting"}


def test_the_last_engine_that_a_cell_was_handed_to_is_asked(study, home, tmp_path, monkeypatch):
    fake = fake_slurm.install(tmp_path / "fake", monkeypatch)
    fake_slurm.listed(fake, "52_0|CANCELLED", "53_0|PENDING")
    hand_over(study, home, "52")
    hand_over(study, home, "53")
    assert [one.state for one in place_cells(study, home)] == ["queued", "lost", "lost", "lost"]


def test_without_engines_nothing_is_asked(study, home, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert {one.state for one in place_cells(study, home)} == {"waiting"}


def test_a_run_on_another_device_is_the_cells(study, home):
    """A study that runs on GPUs is watched on a machine without one."""
    cell = study.cells[0]
    elsewhere = cell.model_copy(update={"device": "cuda"})
    assert directory_of(cell, home).run_id == cell.run_id
    run = RunDirectory.create(elsewhere, home, label_use="none")
    run.write_status("running")
    assert directory_of(cell, home) == run
    assert state_of(study, cell, home) == "running"
    RunDirectory.create(cell, home, label_use="none")
    assert directory_of(cell, home).run_id == cell.run_id


def test_an_unknown_engine_lists_those_there_are():
    with pytest.raises(
        UserError, match="--on pbs is no engine. Choose one of: local, slurm, ray://HOST:PORT"
    ):
        engine_of("pbs")
