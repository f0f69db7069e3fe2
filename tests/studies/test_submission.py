import json
import time

import pytest

from tests.studies.engines import fake_slurm
from tests.studies.engines.fake_slurm import listed
from tests.studies.small_studies import write_study
from umeta.runs.directory import RunDirectory
from umeta.stage import UserError
from umeta.studies.batches import batches_of
from umeta.studies.directory import StudyOrder
from umeta.studies.placement import counts_of, place_cells
from umeta.studies.resources import Resources
from umeta.studies.submission import submit_study, take_back


@pytest.fixture
def order(tmp_path) -> StudyOrder:
    return StudyOrder(study=write_study(tmp_path), budget="smoke")


def test_open_cells_are_submitted_as_one_array_and_not_twice(order, home, tmp_path, monkeypatch):
    fake = fake_slurm.install(tmp_path / "fake", monkeypatch)
    study = order.load()
    (batch,) = submit_study(study, order, "slurm", Resources(), home)
    assert (batch.record.job, len(batch.record.run_ids)) == ("12", 4)
    assert "#SBATCH --array=0-3\n" in (fake / "12.sh").read_text()
    listed(fake, *(f"12_{number}|PENDING" for number in range(4)))
    assert submit_study(study, order, "slurm", Resources(), home) == []
    assert counts_of(place_cells(study, home)) == {"queued": 4}


def test_arrays_are_cut_below_the_limit_of_the_site_or_of_the_profile(order, home, tmp_path, monkeypatch):
    fake_slurm.install(tmp_path / "fake", monkeypatch, max_array_size=3)
    study = order.load()
    submitted = submit_study(study, order, "slurm", Resources(), home)
    assert [len(batch.record.run_ids) for batch in submitted] == [3, 1]
    assert [batch.record.job for batch in submitted] == ["12", "13"]
    other = StudyOrder(study=order.study, budget="short")
    submitted = submit_study(other.load(), other, "slurm", Resources(max_array=2), home)
    assert [len(batch.record.run_ids) for batch in submitted] == [2, 2]


def test_only_what_failed_is_submitted_again(order, home, tmp_path, monkeypatch):
    fake = fake_slurm.install(tmp_path / "fake", monkeypatch)
    study = order.load()
    some = StudyOrder(study=order.study, budget="smoke", only="partition=kmeans")
    submit_study(some.load(), some, "slurm", Resources(), home)
    failed = RunDirectory.create(study.cells[1], home, label_use="none")
    failed.write_status("failed", message="no room")
    listed(fake, "12_1|RUNNING")
    (again,) = submit_study(study, order, "slurm", Resources(), home, resubmit=True)
    assert again.record.run_ids == (study.cells[1].run_id,)  # not those that were never submitted
    listed(fake, "12_1|RUNNING", "13_0|PENDING")
    (rest,) = submit_study(study, order, "slurm", Resources(), home)
    assert set(rest.record.run_ids) == {study.cells[0].run_id, study.cells[3].run_id}


def test_what_an_engine_refuses_leaves_no_trace(order, home, tmp_path, monkeypatch):
    fake_slurm.install(tmp_path / "fake", monkeypatch, sbatch="echo no such account >&2; exit 1")
    with pytest.raises(UserError, match="sbatch refused: no such account"):
        submit_study(order.load(), order, "slurm", Resources(account="x"), home)
    assert batches_of(home) == []
    assert {one.state for one in place_cells(order.load(), home)} == {"waiting"}


def test_taking_back_cancels_what_is_queued_or_running_and_nothing_else(order, home, tmp_path, monkeypatch):
    fake = fake_slurm.install(tmp_path / "fake", monkeypatch, max_array_size=2)
    study = order.load()
    submit_study(study, order, "slurm", Resources(), home)
    listed(fake, "12_0|COMPLETED", "12_1|FAILED", "13_0|PENDING", "13_1|RUNNING")
    some = StudyOrder(study=order.study, budget="smoke", only="partition=oracle").load()
    assert [task.number for task in take_back(some, home)] == [1]
    assert [task.number for task in take_back(study, home)] == [0, 1]
    assert (fake / "cancelled").read_text().split() == ["13_[1]", "13_[0,1]"]


def test_a_thousand_cells_cost_some_seconds_at_most(home, tmp_path, monkeypatch):
    # less than one each on an idle machine; what shares its caches makes a processor's seconds longer
    fake = fake_slurm.install(tmp_path / "fake", monkeypatch)
    grid = [{"partition": "kmeans", "learner": "protonets", "seed": list(range(1000)), "baselines": []}]
    order = StudyOrder(study=write_study(tmp_path, grid=grid), budget="smoke")
    study = order.load()
    begun = time.process_time()
    submitted = submit_study(study, order, "slurm", Resources(), home)
    assert time.process_time() - begun < 5
    assert [len(batch.record.run_ids) for batch in submitted] == [1000]
    listed(fake, *(f"12_{number}|PENDING" for number in range(1000)))
    begun = time.process_time()
    assert counts_of(place_cells(study, home)) == {"queued": 1000}
    assert time.process_time() - begun < 5
    cells = (submitted[0].path / "cells.jsonl").read_text().splitlines()
    assert [json.loads(line)["seed"] for line in cells] == list(range(1000))
