"""Tests umeta.studies.engines.ray_worker too."""

import sys

import pytest

from tests.studies.small_studies import write_study
from umeta.cache import Home
from umeta.runs.directory_claims import claimed
from umeta.stage import UserError
from umeta.studies.batches import Batch, BatchRecord
from umeta.studies.directory import StudyOrder
from umeta.studies.engines import ray_worker
from umeta.studies.engines.engine import Task
from umeta.studies.engines.ray_cluster import RayCluster
from umeta.studies.engines.ray_worker import NUMBER, Dispatcher, stop_file
from umeta.studies.placement import place_cells
from umeta.studies.resources import Resources
from umeta.studies.submission import submit_study

ADDRESS = "ray://127.0.0.1:10001"


def batch_of(home: Home, *run_ids: str) -> Batch:
    record = BatchRecord(engine=ADDRESS, run_ids=run_ids, resources=Resources(), job="tiny-0001")
    return Batch.create(home.root / "studies" / "tiny", [], record)


def test_cells_are_queued_as_long_as_their_actor_lives_and_they_have_not_ended(home):
    cluster, batch = RayCluster(ADDRESS), batch_of(home, "a", "b", "c")
    assert cluster.tasks([batch]) == {}
    with claimed(batch.path):
        batch.write_status("running")
        batch.append_event({NUMBER: 1})
        assert cluster.tasks([batch]) == {Task(batch, 0): "pending", Task(batch, 2): "pending"}
        batch.write_status("finished")
    assert cluster.tasks([batch]) == {}
    assert cluster.task_name(Task(batch, 2)) == "Ray tiny-0001, cell 2"


def test_a_cell_is_stopped_by_a_file_that_its_worker_looks_for(home, monkeypatch):
    monkeypatch.setattr(ray_worker, "LOOK", 0.0)
    batch = batch_of(home, "a", "b")
    is_stopped, other = (ray_worker._is_stopped(stop_file(batch, number)) for number in (1, 0))
    assert not is_stopped()
    RayCluster(ADDRESS).cancel([Task(batch, 1)])
    assert is_stopped()
    assert not other()


def test_without_ray_its_extra_is_named_and_nothing_is_left_behind(home, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "ray", None)
    order = StudyOrder(study=write_study(tmp_path), budget="smoke", device="cpu")
    study = order.load()
    with pytest.raises(UserError, match=r"needs Ray: pip install 'umeta\[ray\]'"):
        submit_study(study, order, ADDRESS, Resources(), home)
    assert {one.state for one in place_cells(study, home)} == {"waiting"}


class FakeRay:
    """Executes remote functions at once."""

    class exceptions:
        class RayError(Exception):
            pass

    class actor:
        @staticmethod
        def exit_actor() -> None:
            pass

    most = 0

    def wait(self, tasks: list, timeout: float) -> tuple[list, list]:
        self.most = max(self.most, len(tasks))
        return tasks[:1], tasks[1:]

    def get(self, task: object) -> None:
        if task == "task 2":
            raise self.exceptions.RayError


class RemoteCell:
    """Notes which cells were given out."""

    def __init__(self) -> None:
        self.given: list[int] = []

    def remote(self, path: str, number: int, environment: dict[str, str]) -> str:
        self.given.append(number)
        return f"task {number}"


def dispatch(
    batch: Batch, monkeypatch: pytest.MonkeyPatch, at_once: int | None
) -> tuple[FakeRay, RemoteCell]:
    ray, cell = FakeRay(), RemoteCell()
    monkeypatch.setitem(sys.modules, "ray", ray)
    Dispatcher(str(batch.path), {}).run(cell, 5, at_once)
    return ray, cell


def test_the_actor_gives_out_every_cell_so_many_at_a_time_and_says_which_have_ended(home, monkeypatch):
    batch = batch_of(home, *"abcde")
    ray, cell = dispatch(batch, monkeypatch, 2)
    assert (cell.given, ray.most) == ([0, 1, 2, 3, 4], 2)
    assert [event[NUMBER] for event in batch.events()[0]] == [0, 1, 2, 3, 4]  # also the one whose worker died
    assert batch.status().state == "finished"
    everything = batch_of(home, *"abcde")
    assert dispatch(everything, monkeypatch, None)[0].most == 5


def test_the_actor_does_not_give_out_what_was_taken_back(home, monkeypatch):
    batch = batch_of(home, *"abcde")
    RayCluster(ADDRESS).cancel([Task(batch, number) for number in (0, 2, 3, 4)])
    _, cell = dispatch(batch, monkeypatch, 2)
    assert cell.given == [1]
    assert batch.status().state == "finished"
