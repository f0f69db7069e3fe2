"""Tests umeta.runs.processes, umeta.runs.status, umeta.runs.worker and umeta.runs.working_directory too."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from dataclasses import asdict
from pathlib import Path

import pytest

from tests.runs.stored_runs import rewrite
from tests.small_runs import small
from umeta.cache import Home
from umeta.runs import RunDirectory, cancel, directory_claims, launch, list_runs, resume
from umeta.runs.directory_claims import AlreadyRunning, claimed
from umeta.runs.inspection import problems
from umeta.runs.process_identity import ProcessIdentity
from umeta.runs.processes import start_worker
from umeta.stage import Step, UserError

pytestmark = pytest.mark.process

LONG = ("learner.iterations=100000", "test.n_tasks=4")


def wait(run: RunDirectory, *states: str, stage: str = "", seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        status = run.status()
        if status.state in states and (not stage or status.stage == stage):
            return
        time.sleep(0.05)
    raise AssertionError(f"{run.status()} after {seconds} s:\n{(run.path / 'run.log').read_text()}")


def fill(path: Path) -> None:
    """Write a file until its disk is full."""
    block = b"0" * 4096
    with contextlib.suppress(OSError), path.open("wb", buffering=0) as stream:
        while True:
            stream.write(block)


def test_a_detached_run_finishes_without_its_launcher(tmp_path):
    """The launching process is gone long before the run ends."""
    code = (
        "import sys; from pathlib import Path; from umeta.cache import Home; from umeta.runs import launch\n"
        "from tests.small_runs import small\n"
        "print(launch(small('learner.iterations=6', 'test.n_tasks=4'), Home(Path(sys.argv[1]), ())).path)"
    )
    printed = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=True
    )
    (run,) = list_runs(Home(tmp_path, ()))
    assert printed.stdout.strip() == str(run.path)
    wait(run, "finished")
    result = run.result()
    assert result is not None
    assert result.rows[0].method.name == "CACTUs-ProtoNets"
    events, cursor = run.events()
    assert {"train", "test"} <= {event["stage"] for event in events}
    assert run.events(cursor) == ([], cursor)


def test_an_equal_run_is_not_started_twice_and_cancel_stops_it(tmp_path):
    home = Home(tmp_path, ())
    run = launch(small(*LONG), home)
    wait(run, "running", stage="train")
    assert launch(small(*LONG), home).status().pid == run.status().pid
    with pytest.raises(
        UserError, match="is running, as process .*; only a cancelled, failed or lost run can be resumed"
    ):
        resume(run, home)
    cancel(run)
    assert run.status().state == "cancelled"
    with pytest.raises(UserError, match="is cancelled; there is nothing to cancel"):
        cancel(run)


def test_a_killed_run_is_lost_and_resumes(tmp_path):
    home = Home(tmp_path, ())
    run = launch(small("learner.iterations=40", "test.n_tasks=4"), home)
    wait(run, "running", stage="train")
    os.kill(run.status().pid, signal.SIGKILL)
    wait(run, "lost", seconds=10)
    assert "resume" in run.status().message
    resume(run, home)
    wait(run, "finished")
    assert run.result() is not None
    assert problems(run) == []


def test_a_process_that_never_begins_is_failed_with_its_last_word(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "executable", "/bin/false")
    run = launch(small("learner.iterations=3"), Home(tmp_path, ()))
    assert run.status().state == "failed"
    assert "ended before it began" in run.status().message


def test_a_status_of_another_process_with_the_same_pid_is_lost(tmp_path):
    run = RunDirectory.create(small("seed=3"), Home(tmp_path, ()), label_use="none")
    run.write_status("running")
    assert run.status().state == "running"
    rewrite(run.path / "status.json", process_started=1.0)
    assert run.status().state == "lost"


def test_a_torn_last_line_waits_for_its_rest(tmp_path):
    run = RunDirectory(tmp_path)
    run.append_event({"done": 1})
    with (tmp_path / "events.jsonl").open("a") as stream:
        stream.write('{"done": 2')
    events, cursor = run.events()
    assert events == [{"done": 1}]
    with (tmp_path / "events.jsonl").open("a") as stream:
        stream.write("}\n")
    assert run.events(cursor)[0] == [{"done": 2}]


def test_a_run_is_found_by_a_part_of_its_id(finished, finished_home):
    assert RunDirectory.find(finished.run_id[-6:], finished_home).path == finished.path
    with pytest.raises(UserError, match="no run's id begins or ends with 'nothing'. Runs here: glyphs-"):
        RunDirectory.find("nothing", finished_home)


def test_a_damaged_config_is_explained(tmp_path):
    run = RunDirectory(tmp_path)
    run.config_file.write_text('{"dataset": ')
    with pytest.raises(UserError, match="config.json is damaged; launch the run again .*, or delete the run"):
        run.config()


def test_a_full_disk_leaves_the_run_failed_and_everything_before_it_intact(tmp_path):
    """A run writes into a real file system of 3 MB until it is full."""
    if os.geteuid() != 0:
        pytest.skip("mounting a small file system needs root")
    small_disk = tmp_path / "disk"
    small_disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(small_disk)], capture_output=True
    )
    if mounted.returncode:
        pytest.skip("this machine does not let a test mount a file system")
    try:
        home = Home(small_disk, ())
        keys = ("learner.iterations=2000", "test.n_tasks=4")
        config = small(*keys)
        run = launch(config, home)
        wait(run, "running", stage="train")
        before = {p: p.read_bytes() for p in home.products.rglob("*") if p.is_file()}
        filler = small_disk / "filler"
        fill(filler)
        wait(run, "failed", seconds=60)
        assert "No space left on device" in run.status().message
        assert "Free some space" in run.status().message
        assert {p: p.read_bytes() for p in before} == before
        filler.unlink()
        resume(run, home)
        wait(run, "running", stage="train")
        cancel(run)
    finally:
        subprocess.run(["umount", "-l", str(small_disk)], check=True)


def test_status_written_on_a_full_disk_replaces_the_old_in_place(tmp_path, monkeypatch):
    import errno

    from umeta.runs import status
    from umeta.storage_errors import storage_error

    run = RunDirectory.create(small(), Home(tmp_path, ()), label_use="none")
    run.write_status("running", Step("train", 1, 2))

    def full(path, data):
        raise storage_error(path, OSError(errno.ENOSPC, "No space left on device")) from OSError(
            errno.ENOSPC, "No space left on device"
        )

    monkeypatch.setattr(status, "write_atomically", full)
    run.write_status("failed", message="the disk is full")
    assert (run.status().state, run.status().message) == ("failed", "the disk is full")


def test_a_run_of_a_silent_machine_is_resumed_only_once_a_person_says_that_it_is_gone(tmp_path, monkeypatch):
    home = Home(tmp_path, ())
    run = RunDirectory.create(small("learner.iterations=3", "test.n_tasks=4"), home, label_use="none")
    run.write_status("running", Step("train", 1, 2))
    elsewhere = {"host": "node-7", "machine": "another"}
    rewrite(run.path / "status.json", **elsewhere)
    rewrite(run.path / "claim-1", **{**asdict(ProcessIdentity.own()), **elsewhere})
    with pytest.raises(UserError, match="is running, as process .* on host node-7"):
        resume(run, home)
    with pytest.raises(UserError, match="is running as process .* on host node-7; cancel it there"):
        cancel(run)
    for file in run.path.iterdir():
        os.utime(file, (1, 1))
    with pytest.raises(UserError, match="may still be running: .* on host node-7.*umeta cancel"):
        resume(run, home)
    assert launch(run.config(), home).status().state == "unknown"
    monkeypatch.setattr(directory_claims, "LISTENED", 0.1)
    cancel(run)
    assert run.status().state == "cancelled"
    resume(run, home)
    wait(run, "finished")


def test_a_worker_that_was_too_late_leaves_the_status_alone(tmp_path):
    home = Home(tmp_path, ())
    run = RunDirectory.create(small("learner.iterations=3"), home, label_use="none")
    with claimed(run.path):
        with pytest.raises(AlreadyRunning, match="at the same time"):
            start_worker(run, home)
        assert not (run.path / "status.json").exists()
