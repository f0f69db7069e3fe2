from pathlib import Path

import pytest
import streamlit as st

from tests.ui.conftest import OpenPage, texts
from umeta.cache import Home
from umeta.results.archive.writing import write_archive
from umeta.runs import RunDirectory, list_runs
from umeta.stage import UserError
from umeta.ui.train import import_runs


def test_runs_of_a_zip_are_taken_over_and_said_to_be_here(
    open_page: OpenPage,
    empty_home: Home,
    finished: RunDirectory,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
):
    write_archive([finished], tmp_path / "runs.zip")
    state: dict[str, str] = {}
    monkeypatch.setattr(st, "session_state", state)
    for _ in range(2):
        import_runs._take_over("runs.zip", memoryview((tmp_path / "runs.zip").read_bytes()), empty_home)
    monkeypatch.undo()
    assert [run.run_id for run in list_runs(empty_home)] == [finished.run_id]
    (said,) = state.values()
    assert said == f"0 runs imported.  \n{finished.run_id} is left out: it is here already."
    monkeypatch.setenv("UMETA_HOME", str(empty_home.root))
    app = open_page("train")
    assert not app.exception
    assert "Import runs" in [expander.label for expander in app.expander]
    assert "1 note" in texts(app)


def test_what_is_no_zip_of_runs_is_refused(empty_home: Home):
    with pytest.raises(UserError, match="photos.zip is no zip, or damaged"):
        import_runs._take_over("../photos.zip", memoryview(b"nothing"), empty_home)
