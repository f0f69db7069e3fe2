"""What visitors of a shared server may do: in the mode read-only nothing, in limited a few short runs of their own."""

import time
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.ui.conftest import OpenPage, texts
from umeta.cache import Home
from umeta.runs.working_directory import WorkingDirectory
from umeta.stage import UserError
from umeta.ui.data.uploads import open_upload
from umeta.ui.frame import access, opened_paths


@dataclass(frozen=True)
class Work(WorkingDirectory):
    """Work that ends when it is cancelled, and waits for its turn while it has a file `queued`."""

    def status(self) -> Any:
        state = "queued" if (self.path / "queued").exists() else "running"
        return SimpleNamespace(may_run=not (self.path / "cancelled").exists(), state=state)


@pytest.fixture
def visitors(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Who asks: whoever stands under "name"."""
    who = {"name": "Ada"}
    started: dict[str, list[WorkingDirectory]] = {"Ada": [], "Bob": []}
    monkeypatch.setattr(access, "visitor", lambda: who["name"])
    monkeypatch.setattr(access, "_started_by_visitors", lambda: started)
    monkeypatch.setattr(access, "cancel", lambda run: (run.path / "cancelled").touch())
    monkeypatch.setattr(access, "_at_work", lambda: {run.path for of in started.values() for run in of})
    return who


def work(folder: Path, name: str) -> Work:
    (folder / name).mkdir(parents=True, exist_ok=True)
    return Work(folder / name)


@pytest.mark.parametrize("given", [["--access=read-only"], ["--access", "read-only"]])
def test_the_flag_counts_more_than_the_variable(given: list[str], monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("UMETA_ACCESS", "full")
    access.take_flag(given)
    assert access.access().mode == "read-only"


@pytest.mark.parametrize(
    ("variable", "value"),
    [("UMETA_ACCESS", "readonly"), ("UMETA_VISITOR_RUNS", "0"), ("UMETA_VISITOR_MINUTES", "x")],
)
def test_what_is_no_access_is_refused_at_the_start(
    variable: str, value: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv(variable, value)
    with pytest.raises(SystemExit, match=f"error: {variable}='{value}' is not possible"):
        access.take_flag([])


def test_limited_a_visitor_has_as_many_runs_at_work_as_are_allowed(
    visitors: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("UMETA_ACCESS", "limited")
    first = access.started(lambda: work(tmp_path, "first"))
    access.started(lambda: work(tmp_path, "first"))  # an equal run is the same one
    access.started(lambda: work(tmp_path, "second"))
    with pytest.raises(UserError, match="2 of your runs are at work"):
        access.started(lambda: work(tmp_path, "third"))
    access.check_own(first, "Cancelling")
    visitors["name"] = "Bob"
    with pytest.raises(UserError, match="Cancelling is switched off"):
        access.check_own(first, "Cancelling")
    access.started(lambda: work(tmp_path, "third"))
    visitors["name"] = "Ada"
    (first.path / "cancelled").touch()
    access.started(lambda: work(tmp_path, "fourth"))


def test_limited_a_run_that_somebody_else_started_stays_theirs(
    visitors: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("UMETA_ACCESS", "limited")
    monkeypatch.setenv("UMETA_VISITOR_MINUTES", "0.001")
    theirs = work(tmp_path, "theirs")
    monkeypatch.setattr(access, "_at_work", lambda: {theirs.path})
    assert access.started(lambda: theirs) == theirs
    with pytest.raises(UserError, match="Cancelling is switched off"):
        access.check_own(theirs, "Cancelling")
    time.sleep(0.3)
    assert theirs.status().may_run


def test_limited_a_run_ends_with_its_minutes(
    visitors: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("UMETA_ACCESS", "limited")
    monkeypatch.setenv("UMETA_VISITOR_MINUTES", "0.001")
    run = access.started(lambda: work(tmp_path, "run"))
    end = time.monotonic() + 10
    while run.status().may_run and time.monotonic() < end:
        time.sleep(0.01)
    assert not run.status().may_run


def test_limited_minutes_are_counted_from_the_turn_in_the_queue(
    visitors: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("UMETA_ACCESS", "limited")
    monkeypatch.setenv("UMETA_VISITOR_MINUTES", "0.001")
    monkeypatch.setattr(access, "QUEUE_SECONDS", 0.01)
    waiting = work(tmp_path, "run")
    (waiting.path / "queued").touch()
    run = access.started(lambda: waiting)
    time.sleep(0.3)  # five times its minutes
    assert run.status().may_run
    (waiting.path / "queued").unlink()
    end = time.monotonic() + 10
    while run.status().may_run and time.monotonic() < end:
        time.sleep(0.01)
    assert not run.status().may_run


def test_read_only_nothing_is_started_opened_or_sent(
    visitors: dict[str, str], home: Home, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("UMETA_ACCESS", "read-only")
    asked = [
        lambda: access.started(lambda: pytest.fail("it was started")),
        lambda: opened_paths.remember(home, "folder:/etc"),
        lambda: opened_paths.forget(home, "folder:/etc"),
        lambda: open_upload(home, 1000),
    ]
    for ask in asked:
        with pytest.raises(UserError, match="is switched off: umeta is shared here"):
            ask()
    assert not home.root.exists()


def test_read_only_pages_offer_nothing_that_changes(open_page: OpenPage, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("UMETA_ACCESS", "read-only")
    train = open_page("train", encoder="pca")
    assert not train.exception
    assert [button.disabled for button in train.button if button.label.startswith("Start a")] == [True]
    data = open_page("data")
    assert "None can be brought here" in texts(data)
    assert not [field for field in data.text_input if field.label.startswith("Path")]


def test_read_only_a_link_to_a_path_is_not_opened(open_page: OpenPage, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("UMETA_ACCESS", "read-only")
    app = open_page("explore", dataset="folder:/etc")
    assert "that was not opened here before" in texts(app)
    assert [button.label for button in app.button if "Open" in button.label] == []
