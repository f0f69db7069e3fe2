import json
import subprocess
import sys
import time

import pytest

from tests.ui.conftest import OpenPage, texts
from tests.ui.train.conftest import click
from umeta.cache import Home
from umeta.runs import RunConfig, RunDirectory, list_runs


def dead_run(home: Home, state: str, message: str = "") -> RunDirectory:
    """A run that another process left in some state."""
    run = RunDirectory.create(RunConfig.from_keys(["dataset=digits", "seed=9"]), home, label_use="none")
    gone = subprocess.run(
        [sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, text=True
    )
    run.write_status(state, message=message)  # type: ignore[arg-type]
    record = json.loads((run.path / "status.json").read_text())
    (run.path / "status.json").write_text(json.dumps({**record, "pid": int(gone.stdout)}))
    return run


@pytest.mark.process
def test_cancel_stops_the_process_and_resume_is_offered(open_page: OpenPage, empty_home: Home):
    app = open_page("train", budget="smoke")
    app.number_input(key="iterations").set_value(100_000).run()
    click(app, "Start a short run")
    (run,) = list_runs(empty_home)
    deadline = time.monotonic() + 60
    while run.status().stage != "train" and time.monotonic() < deadline:
        time.sleep(0.2)
    click(app, "Cancel")
    assert not app.exception
    assert run.status().state == "cancelled"
    assert run.checkpoints.exists()
    assert "Resume" in [button.label for button in app.button]
    assert "cancelled" in texts(app)


def test_a_lost_run_is_called_lost(open_page: OpenPage, empty_home: Home):
    run = dead_run(empty_home, "running")
    app = open_page("train")
    assert not app.exception
    assert any(warning.value.startswith("Lost: its process is gone") for warning in app.warning)
    assert run.run_id in texts(app)
    assert "Resume" in [button.label for button in app.button]


def test_a_failed_run_gives_its_message(open_page: OpenPage, empty_home: Home):
    dead_run(empty_home, "failed", "n_way=50 needs that many clusters; the partition has 26. Lower n_way.")
    app = open_page("train")
    assert not app.exception
    assert "Failed: n_way=50 needs that many clusters" in app.error[0].value


def test_an_unknown_run_in_the_link_is_announced(open_page: OpenPage, empty_home: Home):
    dead_run(empty_home, "cancelled")
    app = open_page("train", run="never-there")
    assert not app.exception
    assert "never-there" in app.warning[0].value
