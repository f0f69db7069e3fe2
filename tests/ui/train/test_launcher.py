"""Tests umeta.ui.train.durations and umeta.ui.train.launch_settings too."""

import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.ui.conftest import OpenPage, texts
from tests.ui.train.conftest import click
from umeta.cache import Home
from umeta.data import Dataset
from umeta.device import present_devices
from umeta.runs import RunConfig, RunDirectory, list_runs
from umeta.runs.queue import turn
from umeta.stage import Cancelled, Step, UserError, ignore_step
from umeta.storage_errors import StorageError
from umeta.ui.frame import opened_paths
from umeta.ui.frame.text import plain
from umeta.ui.train.durations import device_sentence


def wait_for(run: RunDirectory, *states: str, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while run.status().state not in states:
        assert time.monotonic() < deadline, run.status()
        time.sleep(0.2)


def test_the_empty_page_says_what_to_do_and_how_long_it_takes(open_page: OpenPage, empty_home: Home):
    app = open_page("train")
    assert not app.exception
    assert "No run yet" in app.info[0].value
    assert "an estimate from times on one CPU core" in texts(app)
    assert next(button.label for button in app.button) == "Start a short run"


@pytest.mark.process
def test_one_click_starts_a_process_that_finishes_and_shows_up(open_page: OpenPage, empty_home: Home):
    app = open_page("train")
    app.segmented_control(key="launch budget").set_value("smoke").run()
    app.number_input(key="iterations").set_value(3).run()
    app.session_state["umeta.revealed"] = True
    click(app, "Start a smoke run")
    assert not app.exception
    assert not app.error
    (run,) = list_runs(empty_home)
    assert run.run_id in app.query_params["run"]
    assert run.launch_record()["label_use"] == "revealed"
    wait_for(run, "finished", "failed")
    assert run.status().state == "finished", run.status().message
    app.run()
    assert not app.exception
    assert "digits · pretrained\\:glyphs · kmeans · protonets" in texts(app)
    assert any(link.proto.label == "See its results" for link in app.get("page_link"))  # type: ignore[attr-defined]
    assert len(app.get("vega_lite_chart")) == 2
    assert "One value makes no curve: meta_val 0." in texts(app)  # one probe makes no curve
    assert "an estimate from 1 earlier run here" in texts(app)


@pytest.mark.parametrize(
    "problem",
    [
        UserError("n_way=20 needs that many clusters. Lower n_way."),
        StorageError("could not write run.log: No space left on device (0 MB free)."),
        OSError(28, "No space left on device"),
    ],
)
def test_what_hinders_a_launch_is_one_clear_line(
    problem: Exception, open_page: OpenPage, empty_home: Home, monkeypatch: pytest.MonkeyPatch
):
    def launch(*arguments, **options):
        raise problem

    monkeypatch.setattr("umeta.ui.train.launcher.launch", launch)
    app = open_page("train")
    click(app, "Start a short run")
    assert not app.exception
    assert [error.value for error in app.error] == [plain(problem)]


@pytest.fixture
def launched(monkeypatch: pytest.MonkeyPatch) -> list[RunConfig]:
    """What was launched, though nothing is."""
    configs = list[RunConfig]()

    def launch(config: RunConfig, home: Home, *, label_use: str) -> None:
        configs.append(config)
        raise UserError("not launched in this test")

    monkeypatch.setattr("umeta.ui.train.launcher.launch", launch)
    return configs


def test_what_is_left_empty_is_as_published(
    open_page: OpenPage, empty_home: Home, launched: list[RunConfig], omniglot: Dataset, monkeypatch
):
    monkeypatch.setattr("umeta.ui.frame.state.dataset", lambda: omniglot)
    app = open_page("train", dataset="omniglot")
    app.segmented_control(key="launch budget").set_value("paper").run()
    placeholders = [
        app.number_input(key=key).placeholder
        for key in ("iterations", "practice n_way", "practice n_shot", "n_tasks")
    ]
    assert placeholders == ["30,000 (paper)", "20", "1", "1,000"]
    assert [app.text_input(key=f"test {key}").placeholder for key in ("n_way", "n_shot")] == ["5, 20", "1, 5"]
    click(app, "Start a paper run")
    assert not app.exception
    assert launched == [RunConfig.from_keys(["dataset=omniglot", "budget=paper"])]


def test_what_a_person_sets_is_sent_and_nothing_else(
    open_page: OpenPage, empty_home: Home, launched: list[RunConfig]
):
    app = open_page("train", n_clusters="12")
    app.number_input(key="practice n_way").set_value(4).run()
    assert app.text_input(key="test n_way").placeholder == "4"
    app.text_input(key="test n_way").set_value("2, 3").run()
    app.text_input(key="test n_shot").set_value("1,5").run()
    app.number_input(key="n_tasks").set_value(20).run()
    click(app, "Start a short run")
    assert not app.exception
    keys = ["task.n_way=4", "test.n_way=2,3", "test.n_shot=1,5", "test.n_tasks=20", "partition.n_clusters=12"]
    assert launched == [RunConfig.from_keys(["dataset=digits", *keys])]


def test_test_ways_that_are_no_numbers_are_one_clear_line(open_page: OpenPage, empty_home: Home):
    app = open_page("train")
    app.text_input(key="test n_way").set_value("5, many").run()
    assert not app.exception
    assert len(app.error) == 1
    assert "test.n_way" in app.error[0].value
    assert "'many'" in app.error[0].value
    assert app.text_input(key="test n_way").value == "5, many"


def test_what_does_not_fit_is_said_before_the_start_with_what_does(
    open_page: OpenPage, empty_home: Home, launched: list[RunConfig]
):
    app = open_page("train")
    app.text_input(key="test n_way").set_value("50").run()
    app.text_input(key="test n_shot").set_value("900").run()
    assert not app.exception
    assert "**2 settings ask more than digits has.**" in texts(app)
    assert "Start a short run" not in [button.label for button in app.button]
    click(app, "Use all that fit")
    assert not app.exception
    assert "ask more than" not in texts(app)
    click(app, "Start a short run")
    assert len(launched) == 1
    assert max(launched[0].test.n_way) <= 10


@pytest.mark.process
def test_the_default_run_on_a_small_folder_succeeds_at_the_first_click(
    open_page: OpenPage, empty_home: Home, tmp_path: Path
):
    rng = np.random.default_rng(0)
    for number in range(20):
        (tmp_path / f"class {number}").mkdir()
        for picture in range(12):
            pixels = rng.integers(0, 256, (10, 10, 3), np.uint8)
            Image.fromarray(pixels).save(tmp_path / f"class {number}" / f"{picture}.png")
    opened_paths.remember(empty_home, f"folder:{tmp_path}")
    app = open_page("train", dataset=f"folder:{tmp_path}")
    assert not app.exception
    assert not app.error
    app.segmented_control(key="launch budget").set_value("smoke").run()
    app.number_input(key="iterations").set_value(2).run()  # the shapes are those of any budget
    click(app, "Start a smoke run")
    assert not app.exception
    assert not app.error
    (run,) = list_runs(empty_home)
    wait_for(run, "finished", "failed")
    assert run.status().state == "finished", run.status().message


def test_the_device_is_said_and_what_is_before_a_run_on_it(home: Home):
    here = present_devices()[0]
    assert device_sentence("auto", home) == f"On **{here}**, which is what device=auto takes here."
    with turn(home.runs / "a", "cpu", home, ignore_step):
        assert device_sentence("cpu", home) == "On **cpu**, once a slot is free."

        def look(step: Step) -> None:
            assert device_sentence("cpu", home) == "On **cpu**, once a slot is free; 1 other waits before it."
            raise Cancelled

        with pytest.raises(Cancelled), turn(home.runs / "b", "cpu", home, look):
            pass
    assert device_sentence("cpu", home) == "On **cpu**."
