import time

import pytest

from tests.small_runs import small
from umeta.cache import Home
from umeta.runs import RunDirectory, list_runs
from umeta.runs.deletion import KEPT_DAYS, delete, deleted_runs, empty, undelete
from umeta.stage import UserError


@pytest.fixture
def run(home: Home) -> RunDirectory:
    run = RunDirectory.create(small(), home, label_use="none")
    run.write_status("cancelled")
    return run


def test_a_deleted_run_is_gone_and_comes_back_as_it_was(run: RunDirectory, home: Home):
    run.remark(name="my first run")
    delete(run, home)
    assert list_runs(home) == []
    assert [deleted.run_id for deleted in deleted_runs(home)] == [run.run_id]
    assert undelete(run.run_id, home) == run
    assert [run.run_id for run in list_runs(home)] == [run.run_id]
    assert run.remarks().name == "my first run"
    assert deleted_runs(home) == []


def test_the_last_of_an_id_that_was_deleted_twice_comes_back(run: RunDirectory, home: Home):
    delete(run, home)
    time.sleep(0.01)
    again = RunDirectory.create(small(), home, label_use="revealed")
    again.write_status("cancelled")
    with pytest.raises(UserError, match="is here again"):
        undelete(run.run_id, home)
    delete(again, home)
    assert undelete(run.run_id, home).launch_record()["label_use"] == "revealed"
    assert len(deleted_runs(home)) == 1


def test_a_running_run_is_not_deleted(run: RunDirectory, home: Home):
    run.write_status("running")  # by this process, which lives
    with pytest.raises(UserError, match="is running, as process .*; cancel it first"):
        delete(run, home)


def test_what_was_deleted_long_ago_is_removed_for_good(
    run: RunDirectory, home: Home, monkeypatch: pytest.MonkeyPatch
):
    delete(run, home)
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + KEPT_DAYS * 24 * 3600 + 1)
    other = RunDirectory.create(small("seed=1"), home, label_use="none")
    other.write_status("cancelled")
    delete(other, home)
    assert [deleted.run_id for deleted in deleted_runs(home)] == [other.run_id]
    assert empty(home) == 1
    with pytest.raises(UserError, match="is not among the deleted runs. They are: none"):
        undelete(run.run_id, home)
