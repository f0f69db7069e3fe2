"""Pages over damaged runs: each shows all runs, and of the damaged ones alone what cannot be read and what to do."""

from pathlib import Path

import pytest

from tests.runs.stored_runs import cloned
from tests.ui.conftest import OpenPage, texts
from umeta.cache import Home
from umeta.runs import RunDirectory
from umeta.ui.frame.text import plain


@pytest.fixture
def runs(
    finished: RunDirectory, open_page: OpenPage, home: Home, monkeypatch: pytest.MonkeyPatch
) -> dict[str, RunDirectory]:
    """A whole run, and others that are not: without a result, without answers, without a config."""
    monkeypatch.setenv("UMETA_HOME", str(home.root))
    names = ("whole", "no result", "no answers", "no config")
    made = {name: cloned(finished, home, f"seed={seed}") for seed, name in enumerate(names, start=1)}
    damage(made["no result"].result_file)
    damage(made["no answers"].answers_file)
    damage(made["no answers"].path / "events.jsonl")
    made["no answers"].picture_file.write_bytes(b"\x89PNG\r\n\x1a\nnothing more")
    made["no config"].result_file.unlink()
    made["no config"].write_status("cancelled")
    damage(made["no config"].config_file)
    return made


def damage(file: Path) -> None:
    data = file.read_bytes()
    file.write_bytes(data[: len(data) // 2] + b"\x00" + data[len(data) // 2 + 1 :])


def test_train_has_a_card_for_every_run_and_says_what_cannot_be_read(
    open_page: OpenPage, runs: dict[str, RunDirectory]
):
    app = open_page("train", run=runs["no answers"].run_id)
    assert not app.exception
    assert {code.value for code in app.code} >= {run.run_id for run in runs.values()}
    warned = "\n".join(warning.value for warning in app.warning)
    assert f"{plain(runs['no answers'].answers_file)} was changed" in warned
    assert "cannot be compared task by task" in warned
    assert plain("events.jsonl: 1 line torn") in warned
    assert "picture.png cannot be read" in texts(app)
    failed = "\n".join(error.value for error in app.error)
    assert f"{plain(runs['no result'].result_file)} is damaged; resume the run" in failed
    assert f"{plain(runs['no config'].config_file)} is damaged; launch the run again" in failed
    assert plain(runs["whole"].path) not in warned + failed


def test_a_damaged_run_can_be_resumed_where_that_mends_it(open_page: OpenPage, runs: dict[str, RunDirectory]):
    resumable = open_page("train", run=runs["no result"].run_id)
    assert "Resume" in [button.label for button in resumable.button]
    lost = open_page("train", run=runs["no config"].run_id)
    assert "Resume" not in [button.label for button in lost.button]


def test_results_shows_the_runs_that_can_be_read_and_names_the_others(
    open_page: OpenPage, runs: dict[str, RunDirectory]
):
    whole, no_answers = runs["whole"].run_id, runs["no answers"].run_id
    app = open_page("results", run=no_answers)
    assert not app.exception
    assert app.multiselect(key="run").value == [no_answers]
    assert f"run={plain(runs['no result'].run_id)}" not in texts(app)
    warned = "\n".join(warning.value for warning in app.warning)
    assert f"{plain(runs['no result'].result_file)} is damaged; resume the run" in warned
    assert f"{plain(runs['no answers'].answers_file)} was changed" in warned
    app.multiselect(key="run").set_value([whole]).run()
    assert not app.exception
    assert plain(runs["no answers"].answers_file) not in "\n".join(warning.value for warning in app.warning)


def test_system_counts_all_runs_and_says_which_cannot_be_read(
    open_page: OpenPage, runs: dict[str, RunDirectory]
):
    app = open_page("system")
    assert not app.exception
    assert "2 finished, 2 damaged" in texts(app)
    failed = [error.value for error in app.error]
    assert len(failed) == 2
    assert any(f"{plain(runs['no result'].result_file)} is damaged" in line for line in failed)
