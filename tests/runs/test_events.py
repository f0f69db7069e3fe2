"""Damaged homes too: whatever became of a run's files, the other runs stay and nothing ends in a traceback."""

import contextlib

import numpy as np
import pytest

from tests.runs.damage import FILES, damage
from tests.runs.stored_runs import cloned
from umeta.cache import Home
from umeta.results.finished_run import FinishedRun
from umeta.runs import RunDirectory, list_runs
from umeta.runs.inspection import problems
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
    assert "1 of 4 lines are torn, damaged" in caplog.text
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
    whole, run = cloned(finished, home, "seed=1"), cloned(finished, home, "seed=2")
    rng = np.random.default_rng(0)
    told = 0
    for number in range(N_DAMAGES):
        file = run.path / FILES[number % len(FILES)]
        before = file.read_bytes()
        damage(file, rng)
        told += len(read_everything(run))
        assert {entry.run_id for entry in list_runs(home)} == {whole.run_id, run.run_id}
        assert whole.status().state == "finished"
        file.write_bytes(before)
    assert read_everything(run) == []
    assert told > 0.9 * N_DAMAGES


def read_everything(run: RunDirectory) -> list[str]:
    """Read a run as commands and pages do; only a `UserError` may say that something is wrong. Return what is told."""
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
    return problems(run)


def test_a_damaged_launch_record_does_not_say_that_no_label_was_looked_at(tmp_path):
    (tmp_path / "launch.json").write_text("{")
    assert RunDirectory(tmp_path).launch_record() == {
        "created": 0.0,
        "label_use": "unknown",
        "notes": [],
    }


def test_a_run_is_finished_whatever_became_of_its_status(finished, tmp_path):
    run = cloned(finished, Home(tmp_path, ()), "seed=1")
    (run.path / "status.json").write_text("[]")
    assert run.status().state == "finished"
    run.result_file.write_text("{}")
    assert (run.status().state, run.result()) == ("damaged", None)
    assert "resume the run" in run.status().message
