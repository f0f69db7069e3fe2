"""The training of an encoder in a process of its own, so that neither a page that is left nor a closed browser ends it.

A directory `trainings/<data set>-<encoder>-<hash>/` under the home, by the key of the embedding that is made:

order.json     the data set, the encoder, the device      status.json    state, progress, process
events.jsonl   one progress event a line                  picture.png    the latest picture of the training
run.log        what the process printed
"""

import shutil
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

from umeta.cache import Home
from umeta.data import DATASETS, DatasetMethod
from umeta.encoders import ENCODERS
from umeta.runs.directory_claims import AlreadyRunning
from umeta.runs.processes import start_worker
from umeta.runs.working_directory import WorkingDirectory
from umeta.sealed_files import read_record, write_record
from umeta.stage import Config, UserError, build, content_hash
from umeta.storage_errors import storage_error

if TYPE_CHECKING:
    from umeta.encoders import Encoder
else:  # its module needs torch, which listing must not wait for; the registry validates the field
    Encoder = Any


ORDER = "order.json"


class TrainingOrder(Config):
    """Which encoder is to be trained on which images, and where."""

    dataset: Annotated[DatasetMethod, *DATASETS.field()]
    encoder: Annotated[Encoder, *ENCODERS.field()]
    device: str


@dataclass(frozen=True)
class EncoderTraining(WorkingDirectory):
    """The files of an encoder's training."""

    started_again: ClassVar[str] = "an encoder keeps no checkpoints: started again, it begins anew"

    @classmethod
    def of(cls, order: TrainingOrder, embedding_key: Mapping[str, Any], home: Home) -> "EncoderTraining":
        """Return the directory of a training, whether it is there yet or not."""
        names = (order.dataset.name.rsplit("/", 1)[-1], order.encoder.name.rsplit("/", 1)[-1])
        readable = "-".join("".join(c for c in name if c.isalnum()) for name in names)
        return cls(home.root / "trainings" / f"{readable}-{content_hash(dict(embedding_key), 10)}")

    def order(self) -> TrainingOrder:
        """Return what is trained.

        Raises:
            UserError: the file is missing or damaged.
        """
        file = self.path / ORDER
        record = read_record(file, self.path.name, remedy="start the training again")
        if record is None:
            raise UserError(f"{file} is missing; start the training again.")
        return build(TrainingOrder, record, where="the training's order")


def start_training(order: TrainingOrder, embedding_key: Mapping[str, Any], home: Home) -> EncoderTraining:
    """Train an encoder and embed the images in a detached process, unless one does so already; return at once.

    Raises:
        StorageError: the disk refused.
    """
    training = EncoderTraining.of(order, embedding_key, home)
    if not training.status().may_run:
        for name in ("events.jsonl", "picture.png", "spent.json"):
            (training.path / name).unlink(missing_ok=True)
        write_record(training.path / ORDER, order.model_dump(mode="json"), training.path.name)
        with suppress(AlreadyRunning):
            start_worker(training, home, "umeta.runs.encoder_worker")
    return training


def list_trainings(home: Home) -> list[EncoderTraining]:
    """Return the trainings that run or have not ended well, the newest first."""
    folder = home.root / "trainings"
    trainings = [EncoderTraining(path) for path in folder.iterdir()] if folder.exists() else []
    states = {training: training.status() for training in trainings}
    unfinished = [training for training in trainings if states[training].state != "finished"]
    return sorted(unfinished, key=lambda training: states[training].updated, reverse=True)


def put_away(training: EncoderTraining) -> None:
    """Remove the directory of a training that is not at work; what it made stays in the cache.

    Raises:
        UserError: it is at work, or waits for its turn.
        StorageError: the disk refused.
    """
    status = training.status()
    if status.may_run:
        raise UserError(f"{training.path.name} is {status.state}; stop it first.")
    try:
        with suppress(FileNotFoundError):  # another window was faster
            shutil.rmtree(training.path)
    except OSError as error:
        raise storage_error(training.path, error) from error
