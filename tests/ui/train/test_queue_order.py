import os
import signal
import subprocess

import pytest

from tests.runs.stored_runs import rewrite
from tests.ui.conftest import OpenPage, texts
from umeta.cache import Home
from umeta.runs import RunConfig, RunDirectory
from umeta.runs.process_identity import ProcessIdentity, _started
from umeta.runs.queue import OWNER, _folder, waiting
from umeta.sealed_files import write_record
from umeta.ui.frame.text import plain


def queued_run(home: Home, number: int, process: ProcessIdentity) -> RunDirectory:
    """A run that waits in the queue of the home, as a process has it."""
    run = RunDirectory.create(
        RunConfig.from_keys(["dataset=digits", f"seed={number}"]), home, label_use="none"
    )
    run.write_status("queued")
    own = {"pid": process.pid, "started": process.started, "machine": process.machine, "host": process.host}
    rewrite(run.path / "status.json", pid=process.pid, process_started=process.started)
    write_record(_folder(home) / f"{number:020}-cpu-x", {"work": str(run.path), **own}, OWNER)
    return run


def test_cards_say_what_waits_and_move_it_and_what_is_frozen(open_page: OpenPage, empty_home: Home):
    own = ProcessIdentity.own()
    runs = [queued_run(empty_home, number, own) for number in (1, 2, 3)]
    sleeper = subprocess.Popen(["sleep", "300"])
    os.kill(sleeper.pid, signal.SIGSTOP)
    frozen = RunDirectory.create(
        RunConfig.from_keys(["dataset=digits", "seed=4"]), empty_home, label_use="none"
    )
    frozen.write_status("running")
    rewrite(frozen.path / "status.json", pid=sleeper.pid, process_started=_started(sleeper.pid))
    app = open_page("train", run=runs[0].run_id)
    assert not app.exception
    said = texts(app)
    for number in (1, 2, 3):
        assert f"It waits for its turn: **number {number} of 3** in the queue." in said
    told = f"Frozen: a signal has stopped its process; kill -CONT {sleeper.pid} lets it go on; or cancel it"
    assert plain(told) in [warning.value for warning in app.warning]
    labels = [button.label for button in app.button]
    assert "Cancel" in labels
    assert "Resume" not in labels
    assert [app.button(key=f"Up {run.run_id}").disabled for run in runs] == [True, False, False]
    assert [app.button(key=f"Down {run.run_id}").disabled for run in runs] == [False, False, True]
    app.button(key=f"First {runs[2].run_id}").click().run()
    assert not app.exception
    assert [place.work for place in waiting(empty_home)] == [runs[2].path, runs[0].path, runs[1].path]
    app.button(key=f"Down {runs[2].run_id}").click().run()
    assert [place.work for place in waiting(empty_home)] == [runs[0].path, runs[2].path, runs[1].path]
    sleeper.kill()
    sleeper.wait()
    assert frozen.status().state == "lost"


def test_visitors_change_no_order(open_page: OpenPage, empty_home: Home, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("UMETA_ACCESS", "read-only")
    for number in (1, 2):
        queued_run(empty_home, number, ProcessIdentity.own())
    app = open_page("train")
    assert not app.exception
    assert "**number 2 of 2** in the queue" in texts(app)
    assert not [button for button in app.button if button.label in ("First", "Up", "Down")]
