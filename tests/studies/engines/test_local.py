from collections import deque
from pathlib import Path

import pytest

from tests.studies.small_studies import TINY, write_study
from umeta.cache import Home
from umeta.runs.directory import RunDirectory
from umeta.runs.directory_claims import AlreadyRunning
from umeta.stage import Cancelled, Step, ignore_step
from umeta.studies.cells import directory_of, execute_study, state_of
from umeta.studies.engines import local
from umeta.studies.engines.local import run_in_processes
from umeta.studies.study import load_study


class Processes:
    """Stands in for processes: each run ends at its second look."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *, elsewhere: tuple[str, ...] = ()) -> None:
        self.working: list[str] = []
        self.most, self.threads, self.elsewhere = 0, set[str](), elsewhere
        self.cancelled: list[str] = []
        monkeypatch.setattr(local, "start_worker", self.start)
        monkeypatch.setattr(local, "cancel", lambda run: self.cancelled.append(run.run_id))
        monkeypatch.setattr(local, "PAUSE", 0.0)

    def start(self, run: RunDirectory, home: Home, *, environment: dict[str, str], now: bool) -> None:
        assert now  # the study itself has had its turn
        if run.run_id in self.elsewhere:
            raise AlreadyRunning("by another process")
        self.threads.add(environment["OMP_NUM_THREADS"])
        self.working.append(run.run_id)
        self.most = max(self.most, len(self.working))
        run.write_status("running")

    def look(self, step: Step) -> None:
        if self.working:
            run_id = self.working.pop(0)
            RunDirectory(self.folder / run_id).write_status("finished")

    folder = Path()


def always() -> bool:
    return True


def runs(home: Home, n: int) -> deque[RunDirectory]:
    made = deque(RunDirectory(home.runs / f"r{number}") for number in range(n))
    for run in made:
        run.path.mkdir(parents=True)
    return made


def test_no_more_run_at_a_time_than_there_are_workers(home, monkeypatch):
    processes = Processes(monkeypatch)
    processes.folder = home.runs
    monkeypatch.setattr(local.os, "cpu_count", lambda: 8)
    changes: list[str] = []
    steps: list[Step] = []

    def on_step(step: Step) -> None:
        steps.append(step)
        processes.look(step)

    run_in_processes(
        runs(home, 7),
        home,
        3,
        may_begin=always,
        on_change=lambda run: changes.append(run.run_id),
        on_step=on_step,
    )
    assert processes.most == 3
    assert processes.threads == {"2"}  # of 8 cores
    assert sorted(changes) == sorted([f"r{number}" for number in range(7)] * 2)  # begun, ended
    assert (steps[-1].done, steps[-1].total) == (7, 7)


def test_a_run_that_another_process_has_is_left_to_it(home, monkeypatch):
    processes = Processes(monkeypatch, elsewhere=("r0",))
    processes.folder = home.runs
    run_in_processes(
        runs(home, 2), home, 1, may_begin=always, on_change=lambda run: None, on_step=processes.look
    )
    assert not (home.runs / "r0" / "status.json").exists()


def test_stopped_it_stops_its_processes(home, monkeypatch):
    processes = Processes(monkeypatch)

    def stop(step: Step) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        run_in_processes(runs(home, 4), home, 2, may_begin=always, on_change=lambda run: None, on_step=stop)
    assert processes.cancelled == ["r0", "r1"]


def test_it_ends_early_where_no_more_may_begin(home, monkeypatch):
    processes = Processes(monkeypatch)
    processes.folder = home.runs
    waiting = runs(home, 7)
    may_begin = iter([True, True, False, False])
    run_in_processes(
        waiting,
        home,
        4,
        may_begin=lambda: next(may_begin, False),
        on_change=lambda run: None,
        on_step=processes.look,
    )
    assert processes.most == 3  # the first in any case, and two more
    assert [run.run_id for run in waiting] == ["r3", "r4", "r5", "r6"]


@pytest.mark.process
def test_cells_in_two_processes_end_like_those_in_one_and_a_failure_is_told(home, tmp_path):
    bad = {"partition": {"name": "kmeans", "n_clusters": 5000}, "learner": "protonets", "baselines": []}
    study = load_study(write_study(tmp_path, grid=[bad, TINY["grid"][1]]), "smoke")
    begun: list[str] = []
    (failure,) = execute_study(
        study, home, n_workers=2, on_cell=lambda cell: begun.append(cell.run_id), on_step=ignore_step
    )
    assert "partition.n_clusters=5000: tasks of 5 ways need" in failure.message
    assert [state_of(study, cell, home) for cell in study.cells] == ["failed", "finished", "finished"]
    assert begun.count(study.cells[1].run_id) == 2
    made = {path.name: len(list(path.iterdir())) for path in home.products.iterdir()}
    assert (made["embeddings"], made["partitions"], made["learners"]) == (1, 1, 2)
    results = [directory_of(cell, home).result() for cell in study.cells[1:]]
    assert {result.made_with["threads"] for result in results if result} == {1}
