"""Damaged homes too: whatever became of a run's files, the other runs stay and nothing ends in a traceback."""

import contextlib
import shutil

import numpy as np
import pytest

from tests.runs.damage import FILES, damage
from umeta.cache import Home
from umeta.results.finished_run import FinishedRun
from umeta.runs import RunDirectory, list_runs
from umeta.runs.recorder import Recorder
from umeta.runs.status import Status
from umeta.stage import UserError, ignore_step

N_DAMAGES = 300


def event(done: int) -> dict:
    return {
        "time": 1.0 * done,
        "stage": "train",
        "done": done,
        "total": 9,
        "note": "",
        "values": {"loss": 1.0},
    }


def test_a_torn_line_costs_that_event_alone_and_is_told(tmp_path, caplog):
    run = RunDirectory(tmp_path)
    for done in range(3):
        run.append_event(event(done))
    file = tmp_path / "events.jsonl"
    file.write_bytes(file.read_bytes()[:-30])
    run.append_event(event(4))
    events, cursor = run.events()
    assert [entry["done"] for entry in events] == [0, 1, 4]
    assert "1 of 4 lines are torn or damaged" in caplog.text
    assert run.events(cursor) == ([], cursor)


@pytest.mark.parametrize(
    "line",
    [b"", b"[]", b"\xff", b'{"done": "3"}', b'{"done": true}', b'{"values": {"loss": "low"}}', b"[" * 99_999],
)
def test_a_line_that_holds_no_event_is_left_out(line, tmp_path):
    run = RunDirectory(tmp_path)
    (tmp_path / "events.jsonl").write_bytes(line + b"\n")
    run.append_event(event(1))
    assert [entry["done"] for entry in run.events()[0]] == [1]


def test_whatever_becomes_of_a_runs_files_it_reads_as_a_run_and_its_neighbour_stays(finished, tmp_path):
    """300 seeded damages of each kind to each file."""
    home = Home(tmp_path, ())
    shutil.copytree(finished.path, home.runs / "whole")
    rng = np.random.default_rng(0)
    told = 0
    for number in range(N_DAMAGES):
        run = RunDirectory(home.runs / f"damaged-{number % 2}")
        shutil.rmtree(run.path, ignore_errors=True)
        shutil.copytree(finished.path, run.path)
        damage(run.path / FILES[number % len(FILES)], rng)
        told += read_everything(run) == "damaged"
        assert {entry.run_id for entry in list_runs(home)} >= {"whole", run.run_id}
        assert RunDirectory.find("whole", home).status().state == "finished"
    assert told > N_DAMAGES / 12


def read_everything(run: RunDirectory) -> str:
    """Read a run as commands and pages do; only a `UserError` may say that something is wrong."""
    status = run.status()
    assert isinstance(status, Status)
    if status.state == "damaged":
        assert status.message
        assert "\n" not in status.message
    assert set(run.launch_record()) == {"created", "label_use", "notes"}
    run.events()
    Recorder(run, ignore_step)
    with contextlib.suppress(UserError):
        run.config()
    if finished := FinishedRun.of(run):
        for row in finished.rows:
            finished.correct(row)
            finished.classes(row)
    return status.state


def test_a_damaged_launch_record_does_not_say_that_no_label_was_looked_at(tmp_path):
    (tmp_path / "launch.json").write_text("{")
    assert RunDirectory(tmp_path).launch_record() == {
        "created": 0.0,
        "label_use": "unknown",
        "notes": [],
    }


def test_a_run_is_finished_whatever_became_of_its_status(finished, tmp_path):
    run = RunDirectory(tmp_path / "run")
    shutil.copytree(finished.path, run.path)
    (run.path / "status.json").write_text("[]")
    assert run.status().state == "finished"
    run.result_file.write_text("{}")
    assert (run.status().state, run.result()) == ("damaged", None)
    assert "resume the run" in run.status().message
