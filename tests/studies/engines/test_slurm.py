from pathlib import Path

import pytest

from tests.studies.engines import fake_slurm
from umeta.stage import UserError
from umeta.studies.batches import Batch, BatchRecord
from umeta.studies.engines.engine import Task
from umeta.studies.engines.slurm import PENDING, RUNNING, Slurm, read_squeue
from umeta.studies.resources import Resources

LISTED = """\
12_3|PENDING
12_4|PENDING
12_0|RUNNING
12_1|COMPLETED
12_2|FAILED
13_0|COMPLETING
13_1|CANCELLED
13_2|TIMEOUT
13_3|PREEMPTED
77|RUNNING
"""
"""What `squeue --states=all --array --noheader --format=%i|%T` of SLURM 22.05 lists; 77 is no array."""


def batch(folder: Path, job: str, n_cells: int = 5) -> Batch:
    record = BatchRecord(
        engine="slurm", run_ids=tuple(f"r{n}" for n in range(n_cells)), resources=Resources()
    )
    made = Batch.create(folder, [], record)
    made.write(record.model_copy(update={"job": job}))
    return made


def test_only_what_is_queued_or_running_is_read():
    assert read_squeue(LISTED) == {
        ("12", 3): "pending",
        ("12", 4): "pending",
        ("12", 0): "running",
        ("13", 0): "running",
    }
    assert read_squeue("") == {}
    assert not PENDING & RUNNING


def test_tasks_are_those_of_the_batches_that_were_asked_about(tmp_path, monkeypatch):
    fake = fake_slurm.install(tmp_path / "fake", monkeypatch)
    fake_slurm.listed(fake, *LISTED.splitlines())
    first, second = batch(tmp_path, "12"), batch(tmp_path, "99")
    assert Slurm().tasks([first, second]) == {
        Task(first, 3): "pending",
        Task(first, 4): "pending",
        Task(first, 0): "running",
    }
    assert "--jobs=12,99" in (fake / "asked").read_text()
    assert Slurm().task_name(Task(first, 3)) == "SLURM job 12_3"


def test_jobs_that_slurm_has_forgotten_have_no_tasks(tmp_path, monkeypatch):
    said = "echo slurm_load_jobs error: Invalid job id specified >&2; exit 1"
    fake_slurm.install(tmp_path / "fake", monkeypatch, squeue=said)
    assert Slurm().tasks([batch(tmp_path, "21")]) == {}


def test_of_a_slurm_that_does_not_answer_nothing_is_known(tmp_path, monkeypatch):
    said = "echo Unable to contact slurm controller >&2; exit 1"
    fake_slurm.install(tmp_path / "fake", monkeypatch, squeue=said)
    assert Slurm().tasks([batch(tmp_path, "31")]) is None


def test_what_sbatch_refuses_is_told_in_its_words(tmp_path, home, monkeypatch):
    said = "echo 'sbatch: error: invalid partition specified: nope' >&2; exit 1"
    fake_slurm.install(tmp_path / "fake", monkeypatch, sbatch=said)
    with pytest.raises(UserError, match="sbatch refused: sbatch: error: invalid partition specified: nope"):
        Slurm().submit(batch(tmp_path, ""), Resources(partition="nope"), home)


def test_a_machine_without_slurm_says_where_to_submit(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UserError, match="scontrol is not on this machine. Submit from a login node"):
        Slurm().batch_size()


def test_an_array_is_as_large_as_the_site_allows(tmp_path, monkeypatch):
    fake_slurm.install(tmp_path / "fake", monkeypatch, max_array_size=50)
    assert Slurm().batch_size() == 50


def test_the_tasks_of_arrays_are_cancelled_also_if_slurm_has_forgotten_them(tmp_path, monkeypatch):
    fake = fake_slurm.install(tmp_path / "fake", monkeypatch)
    first, second = batch(tmp_path, "12"), batch(tmp_path, "13")
    Slurm().cancel([Task(first, 0), Task(second, 3), Task(first, 2)])
    assert (fake / "cancelled").read_text().split() == ["12_[0,2]", "13_[3]"]
    said = "echo scancel: error: Kill job error on job id 12: Invalid job id specified >&2; exit 1"
    fake_slurm.install(tmp_path / "other", monkeypatch, scancel=said)
    Slurm().cancel([Task(first, 0)])
