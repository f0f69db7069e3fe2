"""The process that trains an encoder: `python -m umeta.runs.encoder_worker DIRECTORY`."""

import sys
from pathlib import Path

from umeta.cache import Home
from umeta.runs.encoder_training import EncoderTraining
from umeta.runs.recorder import Recorder
from umeta.runs.worker import work
from umeta.stage import OnStep


def _train(path: Path, on_step: OnStep) -> int:
    """Train and embed; the products are those that pages and runs look for."""
    training, home = EncoderTraining(path), Home.from_environment()
    order = training.order()
    from umeta.device import pick_device
    from umeta.runs import products  # torch is loaded after the first status is written

    record = Recorder(training, on_step)
    with record.outcome(), record.stage("encoder"):
        dataset = order.dataset.load(home, on_step=record)
        products.embed(dataset, order.encoder, home, device=pick_device(order.device), on_step=record)
    return 0


def _device_of(path: Path) -> str:
    """Return the device of a training.

    Raises:
        UserError: its order cannot be read.
    """
    return EncoderTraining(path).order().device


if __name__ == "__main__":
    sys.exit(work(Path(sys.argv[1]), _train, _device_of))
