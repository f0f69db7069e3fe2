"""Tests umeta.runs.encoder_worker too."""

import os
import signal
import time
from pathlib import Path

import pytest

from umeta.cache import Home
from umeta.data import DATASETS
from umeta.device import pick_device
from umeta.encoders import ENCODERS
from umeta.runs import products
from umeta.runs.encoder_training import (
    EncoderTraining,
    TrainingOrder,
    list_trainings,
    put_away,
    start_training,
)
from umeta.runs.processes import cancel
from umeta.stage import UserError
from umeta.storage_errors import StorageError

pytestmark = pytest.mark.process


def order_of(n_steps: int) -> TrainingOrder:
    encoder = {"name": "simclr", "steps": n_steps, "n_filters": 8, "batch_size": 32}
    return TrainingOrder(dataset=DATASETS.parse("digits"), encoder=ENCODERS.parse(encoder), device="cpu")


def key_of(order: TrainingOrder, home: Home) -> dict[str, object]:
    return products.embedding_key(order.dataset.load(home), order.encoder, pick_device("cpu"))


def wait(training: EncoderTraining, *states: str, stage: str = "", seconds: float = 120) -> None:
    deadline = time.monotonic() + seconds
    while not (training.status().state in states and (not stage or training.status().stage == stage)):
        assert time.monotonic() < deadline, (training.status(), (training.path / "run.log").read_text())
        time.sleep(0.05)


def test_what_it_makes_is_found_by_pages_and_runs(home: Home):
    order = order_of(3)
    key = key_of(order, home)
    training = start_training(order, key, home)
    wait(training, "finished", "failed")
    assert training.status().state == "finished", training.status().message
    assert home.has("embeddings", key)
    assert training.picture_file.exists()
    assert list_trainings(home) == []


def test_it_is_started_once_stopped_and_begun_anew(home: Home):
    order = order_of(100_000)
    key = key_of(order, home)
    training = start_training(order, key, home)
    wait(training, "running", stage="encoder")
    assert start_training(order, key, home).status().pid == training.status().pid
    assert list_trainings(home) == [training]
    cancel(training)
    assert training.status().state == "cancelled"
    assert not home.has("embeddings", key)
    start_training(order, key, home)
    wait(training, "running", stage="encoder")
    assert training.events()[0][0]["done"] == 1
    os.kill(training.status().pid, signal.SIGKILL)
    wait(training, "lost", seconds=10)


def test_a_training_is_put_away_once_it_is_not_at_work(home: Home, monkeypatch: pytest.MonkeyPatch):
    training = EncoderTraining(home.root / "trainings" / "toy")
    training.path.mkdir(parents=True)
    training.write_status("running")
    with pytest.raises(UserError, match="toy is running; stop it first"):
        put_away(training)
    training.write_status("cancelled")

    def refuse(path: Path) -> None:
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as patch:
        patch.setattr("shutil.rmtree", refuse)
        with pytest.raises(StorageError, match="toy: Permission denied"):
            put_away(training)
    assert list_trainings(home) == [training]
    put_away(training)
    put_away(training)  # as another window asks for it
    assert list_trainings(home) == []


def test_a_damaged_order_is_explained(home: Home):
    training = EncoderTraining(home.root / "trainings" / "damaged")
    training.path.mkdir(parents=True)
    (training.path / "order.json").write_text('{"dataset": ')
    with pytest.raises(UserError, match="is damaged; start the training again"):
        training.order()
    assert list_trainings(home) == [training]
