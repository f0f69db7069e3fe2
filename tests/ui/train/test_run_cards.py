"""Tests umeta.ui.train.run_actions, umeta.ui.train.run_choice and umeta.ui.train.run_facts too."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.flat_folder import flat_folder
from tests.runs.stored_runs import rewrite
from tests.ui.conftest import OpenPage, texts
from tests.ui.train.conftest import click
from umeta.cache import Home
from umeta.runs import RunConfig, RunDirectory, list_runs
from umeta.runs.remarks import Remarks
from umeta.runs.result import RunResult
from umeta.runs.status import State
from umeta.sealed_files import write_record
from umeta.studies.directory import StudyDirectory, StudyOrder
from umeta.ui.frame import opened_paths
from umeta.ui.frame.state import Selection
from umeta.ui.frame.text import plain


def dead_run(home: Home, state: str, message: str = "") -> RunDirectory:
    """A run that another process left in some state."""
    run = RunDirectory.create(RunConfig.from_keys(["dataset=digits", "seed=9"]), home, label_use="none")
    gone = subprocess.run(
        [sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, text=True
    )
    run.write_status(state, message=message)  # type: ignore[arg-type]
    rewrite(run.path / "status.json", pid=int(gone.stdout))
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
    assert run.run_id in [code.value for code in app.code]
    assert "Resume" in [button.label for button in app.button]


def test_a_card_has_the_notes_of_its_run(open_page: OpenPage, empty_home: Home):
    config = RunConfig.from_keys(["dataset=digits"])
    run = RunDirectory.create(config, empty_home, label_use="none", notes=["2 files left out: *a*.png", "b"])
    run.write_status("cancelled")
    app = open_page("train")
    assert not app.exception
    (help_text,) = {note.help for note in app.markdown if "2 notes" in note.value}
    assert help_text == "- 2 files left out: \\*a\\*.png\n- b"


def labels(app: AppTest) -> list[str]:
    return [button.label for button in app.button]


def test_a_failed_run_gives_its_message(open_page: OpenPage, empty_home: Home):
    dead_run(empty_home, "failed", "No space left on device. Free some space.")
    app = open_page("train")
    assert not app.exception
    assert "Failed: No space left on device" in app.error[0].value
    assert "Resume" in labels(app)


def test_a_run_that_would_fail_again_offers_no_resume(open_page: OpenPage, empty_home: Home):
    run = dead_run(empty_home, "failed")
    run.write_status("failed", message="n_way=50 needs that many clusters. Lower n_way.", of_config=True)
    app = open_page("train")
    assert not app.exception
    assert "Resumed, it would fail the same way" in app.error[0].value
    assert "Resume" not in labels(app)


def test_the_settings_of_a_run_that_failed_are_taken_as_they_were(
    open_page: OpenPage, empty_home: Home, tmp_path: Path
):
    flat_folder(tmp_path / "photos", 12)
    own = f"folder:{tmp_path / 'photos'}"
    opened_paths.remember(empty_home, own)
    reading = ("dataset.split=items", "dataset.fit=squash", "dataset.size=28")
    chosen = (
        "encoder=pretrained:glyphs",
        "partition=spherical",
        "baselines=linear",
        "seed=3",
        "test.n_way=2",
    )
    config = RunConfig.from_keys([f"dataset={own}", *reading, *chosen])
    run = RunDirectory.create(config, empty_home, label_use="none")
    run.write_status("failed", message="n_way=5 needs that many classes.", of_config=True)
    app = open_page("train", n_clusters="7")
    click(app, "Take its settings")
    assert not app.exception
    assert app.session_state["umeta.selection"] == Selection(
        own, "items", "pretrained:glyphs", "spherical", None, (("fit", "squash"), ("size", 28))
    )
    assert app.session_state["baselines"] == ["linear"]
    assert app.session_state["seed"] == 3
    assert app.session_state["test n_way"] == "2"
    assert not app.toast


def test_images_of_a_run_that_are_not_opened_here_are_left_where_they_are(
    open_page: OpenPage, empty_home: Home, tmp_path: Path
):
    config = RunConfig.from_keys([f"dataset=folder:{tmp_path}", "encoder=pixels", "seed=3"])
    run = RunDirectory.create(config, empty_home, label_use="none")
    run.write_status("failed", message="there are no images.", of_config=True)
    app = open_page("train")
    click(app, "Take its settings")
    assert not app.exception
    selection = app.session_state["umeta.selection"]
    assert (selection.dataset, selection.encoder, app.session_state["seed"]) == ("digits", "pixels", 3)
    assert [toast.value for toast in app.toast] == [
        f"{plain(f'folder:{tmp_path}')} is not here: the sidebar keeps its images."
    ]


def test_runs_are_named_by_what_differs_or_by_a_person(open_page: OpenPage, empty_home: Home):
    runs = [
        RunDirectory.create(
            RunConfig.from_keys(["dataset=digits", f"seed={seed}"]), empty_home, label_use="none"
        )
        for seed in (1, 2)
    ]
    for run in runs:
        run.write_status("cancelled")
    app = open_page("train")
    assert "**digits · pretrained\\:glyphs · kmeans · protonets · seed=1**" in texts(app)
    assert "**digits · pretrained\\:glyphs · kmeans · protonets · seed=2**" in texts(app)
    app.text_input(key=f"name {runs[0].run_id}").set_value("the *first*")
    app.text_input(key=f"tags {runs[0].run_id}").set_value("#paper, a*b")
    app.text_area(key=f"note {runs[0].run_id}").set_value("for `table` 2")
    app.button(key=f"save {runs[0].run_id}").click().run()
    assert not app.exception
    assert runs[0].remarks() == Remarks("the *first*", "for `table` 2", ("paper", "a*b"))
    assert "**the \\*first\\***" in texts(app)
    assert "for \\`table\\` 2" in texts(app)
    assert "a\\*b" in texts(app)
    app.text_input(key=f"name {runs[0].run_id}").set_value("")
    app.button(key=f"save {runs[0].run_id}").click().run()
    assert "**digits · pretrained\\:glyphs · kmeans · protonets · seed=1**" in texts(app)


def test_runs_are_found_by_words_and_drawn_some_at_a_time_and_by_study(open_page: OpenPage, empty_home: Home):
    """Ten runs, and one that is a cell of a study of this home."""
    order = StudyOrder(study="transductive")
    StudyDirectory.create(order, empty_home)
    configs = [RunConfig.from_keys(["dataset=digits", "learner=none", f"seed={seed}"]) for seed in range(10)]
    runs = [
        RunDirectory.create(config, empty_home, label_use="none")
        for config in (*configs, order.load().cells[0])
    ]
    for number, run in enumerate(runs):
        run.write_status("cancelled")
        rewrite(run.path / "launch.json", created=1000.0 + number)
    runs[3].remark(tags=("paper",), note="the third")

    def shown() -> list[str]:
        return [
            key.removeprefix("show ") for button in app.button if (key := str(button.key)).startswith("show ")
        ]

    app = open_page("train")
    assert shown() == [run.run_id for run in reversed(runs[3:])]
    app.text_input(key="filter runs").set_value("#paper seed=3").run()
    assert shown() == [runs[3].run_id]
    app.text_input(key="filter runs").set_value("#pap").run()
    assert (shown(), app.info[-1].value) == ([], "No run has all of these words.")
    app.text_input(key="filter runs").set_value("")
    app.toggle(key="group runs").set_value(True).run()
    assert not app.exception
    titles = [element.value for element in app.markdown if element.value.startswith("###### ")]
    assert titles == [f"###### {plain(order.load().file.title)}", "###### Of no study"]


def test_a_deleted_run_can_be_brought_back_at_once_and_later(open_page: OpenPage, empty_home: Home):
    run = dead_run(empty_home, "cancelled")
    app = open_page("train", run=run.run_id)
    app.button(key=f"delete {run.run_id}").click().run()
    assert not app.exception
    assert list_runs(empty_home) == []
    assert "**digits · pretrained\\:glyphs · kmeans · protonets** was deleted" in texts(app)
    assert not app.warning  # the link no longer asks for it
    click(app, "Undo")
    assert [run.run_id for run in list_runs(empty_home)] == [run.run_id]
    assert "was deleted" not in texts(app)
    app.button(key=f"delete {run.run_id}").click().run()
    later = open_page("train")
    assert [expander.label for expander in later.expander if "Deleted" in expander.label] == [
        "Deleted: 1 run"
    ]
    click(later, "Bring back")
    assert len(list_runs(empty_home)) == 1
    later.button(key=f"delete {run.run_id}").click().run()
    click(later, "Remove all for good")
    assert not later.exception
    assert not list((empty_home.root / "deleted").iterdir())


def test_a_run_of_another_machine_says_where_it_runs(
    open_page: OpenPage, empty_home: Home, monkeypatch: pytest.MonkeyPatch
):
    run = dead_run(empty_home, "running")
    file = run.path / "status.json"
    rewrite(file, host="node-7", machine="another")
    app = open_page("train")
    assert "on host node-7" in texts(app)
    assert "Cancel" in labels(app)
    click(app, "Cancel")
    assert "cancel it there" in app.error[0].value
    os.utime(file, (1, 1))
    app.run()
    assert not app.exception
    assert "was not heard of for" in app.warning[0].value
    assert "host node-7 not reachable" in texts(app)
    click(app, "It is gone: cancel it")
    assert run.status().state == "cancelled"
    assert "Resume" in labels(app)


@pytest.mark.parametrize(
    ("learner", "state", "reason"),
    [
        ("none", "finished", "No learner is trained in this run"),
        ("protonets", "finished", "an earlier run had trained this very learner"),
        ("protonets", "cancelled", "the run ended before its learner was trained"),
        ("protonets", "running", "Curves begin when the learner is trained"),
    ],
)
def test_a_chart_that_stays_empty_says_why(
    learner: str, state: State, reason: str, open_page: OpenPage, empty_home: Home
):
    config = RunConfig.from_keys(["dataset=digits", f"learner={learner}"])
    run = RunDirectory.create(config, empty_home, label_use="none")
    run.write_status(state)
    if state == "finished":
        result = RunResult(run.run_id, config.model_dump(mode="json"), "", {"test": 1.0}, {}, "none", ())
        write_record(run.result_file, result.to_json(), run.run_id)
    app = open_page("train")
    assert not app.exception
    assert reason in texts(app)


def test_an_unknown_run_in_the_link_is_announced(open_page: OpenPage, empty_home: Home):
    dead_run(empty_home, "cancelled")
    app = open_page("train", run="never-there")
    assert not app.exception
    assert "never-there" in app.warning[0].value
