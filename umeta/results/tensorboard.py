"""Training curves and test accuracies as TensorBoard events; needs tensorboardX, an extra."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from umeta.results.finished_run import FinishedRun
from umeta.stage import UserError


def write_events(runs: Sequence[FinishedRun], folder: Path) -> list[Path]:
    """Write TensorBoard events, a folder for each training of each run: its curves, and the test accuracies.

    Raises:
        UserError: tensorboardX is not installed.
    """
    writer_class = _summary_writer()
    folders = []
    for run in runs:
        for name, curve in _curves(run).items():
            folders.append(folder / run.run_id / name)
            with writer_class(str(folders[-1])) as writer:
                for step, tag, value in curve:
                    writer.add_scalar(tag, value, step)
        folders.append(folder / run.run_id / "test")
        with writer_class(str(folders[-1])) as writer:
            for row in run.rows:
                mode = row.method.batch_norm
                name = f"{row.method.name}-{mode}" if mode else row.method.name
                writer.add_scalar(f"{row.setting}/{name}", row.accuracy, 0)
    return folders


def can_write_events() -> bool:
    """Return whether tensorboardX is installed."""
    from importlib.util import find_spec

    return find_spec("tensorboardX") is not None


def _summary_writer() -> Any:
    try:
        from tensorboardX import SummaryWriter  # type: ignore[import-not-found]  # an extra
    except ImportError:
        raise UserError(
            "TensorBoard events need the package tensorboardX, which is not installed: "
            'pip install "umeta[tensorboard]".'
        ) from None
    return SummaryWriter


def _curves(run: FinishedRun) -> dict[str, list[tuple[int, str, float]]]:
    """Return step, name and value of everything that was recorded while training, by what was trained."""
    if run.directory is None:
        return {}
    values_of: dict[str, dict[tuple[int, str], float]] = {}
    for event in run.directory.events()[0]:
        if event["stage"] == "train":
            for name, value in event["values"].items():
                # a step that was trained twice, before and after an interruption, counts as it was last
                values_of.setdefault(event["note"], {})[event["done"], name] = value
    return {
        training: [(step, name, value) for (step, name), value in sorted(values.items())]
        for training, values in values_of.items()
    }
