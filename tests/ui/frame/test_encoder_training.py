"""Tests umeta.ui.frame.new_events and umeta.ui.train.encoder_cards too."""

import time
from pathlib import Path

import pytest

from tests.ui.conftest import OpenPage, texts
from tests.ui.train.conftest import click
from umeta.cache import Home
from umeta.encoders import ENCODERS
from umeta.runs.encoder_training import EncoderTraining, TrainingOrder, list_trainings
from umeta.stage import Step
from umeta.ui.frame.state import Selection

SIMCLR = {"name": "simclr", "n_filters": 8, "batch_size": 32}


@pytest.fixture
def own_home(home: Home, open_page: OpenPage, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setenv("UMETA_HOME", str(home.root))
    return home


def choose(monkeypatch: pytest.MonkeyPatch, n_steps: int) -> None:
    """Let the sidebar's encoder be trained for so many steps."""
    encoder = ENCODERS.parse({**SIMCLR, "steps": n_steps})
    monkeypatch.setattr(Selection, "encoder_method", lambda self: encoder)


def wait(training: EncoderTraining, *states: str, stage: str = "") -> None:
    deadline = time.monotonic() + 120
    while not (training.status().state in states and (not stage or training.status().stage == stage)):
        assert time.monotonic() < deadline, training.status()
        time.sleep(0.05)


@pytest.mark.process
def test_a_page_that_needs_a_trained_encoder_asks_and_then_shows_what_was_made(
    open_page: OpenPage, own_home: Home, monkeypatch: pytest.MonkeyPatch
):
    choose(monkeypatch, 2)
    app = open_page("explore", encoder="simclr")
    assert not app.exception
    assert "is not trained on these images yet" in app.info[0].value
    click(app, "Train it now")
    assert not app.exception
    (training,) = list_trainings(own_home) or [None]
    if training is not None:  # it may be done already
        wait(training, "finished", "failed")
    app.run()
    assert not app.exception
    assert not app.error
    assert "Cluster" in texts(app)


@pytest.mark.process
def test_it_goes_on_when_the_page_is_left_and_stop_ends_it(
    open_page: OpenPage, own_home: Home, monkeypatch: pytest.MonkeyPatch
):
    choose(monkeypatch, 100_000)
    app = open_page("tasks", encoder="simclr")
    click(app, "Train it now")
    (training,) = list_trainings(own_home)
    wait(training, "running", stage="encoder")
    elsewhere = open_page("train", encoder="simclr")
    assert "Encoders in training" in texts(elsewhere)
    assert "**simclr** on **digits**" in texts(elsewhere)
    app = open_page("explore", encoder="simclr")
    assert "goes on when you leave this page" in texts(app)
    assert any("of 100,000" in bar.proto.text for bar in app.get("progress"))  # type: ignore[attr-defined]
    click(app, "Stop")
    assert not app.exception
    assert training.status().state == "cancelled"
    app.run()
    assert "Started again, it begins anew." in app.warning[0].value
    assert "Train it now" in [button.label for button in app.button]
    elsewhere.run()
    click(elsewhere, "Put away")
    assert list_trainings(own_home) == []


def test_what_went_wrong_is_said_where_it_is_missed(
    open_page: OpenPage, own_home: Home, monkeypatch: pytest.MonkeyPatch
):
    choose(monkeypatch, 7)
    from umeta.ui.frame import encoder_training

    def fail(order: TrainingOrder, key: dict[str, object], home: Home) -> EncoderTraining:
        training = EncoderTraining.of(order, key, home)
        training.write_status("failed", Step("encoder", 3, 7), "training diverged at step 3")
        return training

    monkeypatch.setattr(encoder_training, "start_training", fail)
    app = open_page("explore", encoder="simclr")
    click(app, "Train it now")
    assert not app.exception
    assert "training diverged at step 3" in app.error[0].value


def test_a_card_that_cannot_be_put_away_says_why(
    open_page: OpenPage, own_home: Home, monkeypatch: pytest.MonkeyPatch
):
    def refuse(path: Path) -> None:
        raise PermissionError(13, "Permission denied")

    training = EncoderTraining(own_home.root / "trainings" / "toy")
    training.path.mkdir(parents=True)
    training.write_status("cancelled")
    app = open_page("train")
    with monkeypatch.context() as patch:
        patch.setattr("shutil.rmtree", refuse)
        click(app, "Put away")
    assert not app.exception
    assert "could not write" in app.error[-1].value
    click(app, "Put away")
    assert not app.exception
    assert list_trainings(own_home) == []
