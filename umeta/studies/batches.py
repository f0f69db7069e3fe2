"""Cells that were handed to an engine together: a folder `batches/N/` in the study's directory, never changed later.

cells.jsonl    the config of a cell a line; its number is that of its line, from 0
batch.json     the engine, its job, the resources, and the runs of the cells in order
array.sh       what SLURM was given      N.log    what the process of cell N printed
"""

import json
import shutil
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from pydantic import ValidationError

from umeta.cache import Home, write_atomically
from umeta.runs.config import RunConfig
from umeta.runs.working_directory import WorkingDirectory
from umeta.stage import Config, UserError, build
from umeta.storage_errors import storage_error
from umeta.studies.resources import Resources

FOLDER = "batches"


class BatchRecord(Config):
    """What a batch is."""

    engine: str
    """As `--on` names it."""
    run_ids: tuple[str, ...]
    """Of the cells, in order."""
    resources: Resources
    label_use: str = "none"
    created: float = 0.0
    job: str = ""
    """What the engine calls it; "" until it has answered."""


@dataclass(frozen=True)
class Batch(WorkingDirectory):
    """The files of a batch; on Ray, which has no files of its own, a process works in the directory too."""

    @classmethod
    def create(cls, study: Path, cells: Sequence[RunConfig], record: BatchRecord) -> "Batch":
        """Write a batch into a study's directory.

        Raises:
            StorageError: the disk refused.
        """
        folder = study / FOLDER
        numbers = [int(path.name) for path in _numbered(folder)]
        while True:
            path = folder / f"{max(numbers, default=0) + 1:04}"
            try:
                path.mkdir(parents=True)
                break
            except FileExistsError:  # of another process, at the same time
                numbers.append(int(path.name))
            except OSError as error:
                raise storage_error(path, error) from error
        batch = cls(path)
        lines = "".join(f"{cell.model_dump_json()}\n" for cell in cells)
        write_atomically(path / "cells.jsonl", lines.encode())
        batch.write(record.model_copy(update={"created": time.time()}))
        return batch

    def write(self, record: BatchRecord) -> None:
        """Write what the batch is.

        Raises:
            StorageError: the disk refused.
        """
        write_atomically(self.path / "batch.json", record.model_dump_json(indent=1).encode())

    def remove(self) -> None:
        """Remove a batch that no engine has taken."""
        shutil.rmtree(self.path, ignore_errors=True)

    @property
    def record(self) -> BatchRecord:
        """What the batch is.

        Raises:
            UserError: it cannot be read.
        """
        file = self.path / "batch.json"
        try:
            return _record(file, file.stat().st_mtime_ns)
        except (OSError, ValueError) as error:
            raise UserError(
                f"{file} cannot be read ({type(error).__name__}); submit its cells again."
            ) from None

    def cell(self, number: int) -> RunConfig:
        """Return the config of a cell by its number.

        Raises:
            UserError: there is none of that number, or it cannot be read.
        """
        file = self.path / "cells.jsonl"
        try:
            lines = file.read_text("utf-8").splitlines()
            return build(RunConfig, json.loads(lines[number]), where="")
        except (OSError, ValueError, IndexError) as error:
            raise UserError(f"{file} has no cell {number} that can be read: {error}") from None


def batches_of(home: Home) -> list[Batch]:
    """Return all batches that an engine has taken and whose record can be read, the first submitted first."""
    created: dict[Batch, float] = {}
    for folder in (home.root / "studies").glob(f"*/{FOLDER}"):
        for batch in map(Batch, _numbered(folder)):
            with suppress(UserError):  # its cells count as never submitted
                if batch.record.job:
                    created[batch] = batch.record.created
    return sorted(created, key=lambda batch: created[batch])


def _numbered(folder: Path) -> list[Path]:
    paths = folder.iterdir() if folder.is_dir() else ()
    return sorted((path for path in paths if path.name.isdecimal()), key=lambda path: int(path.name))


@lru_cache(maxsize=1000)
def _record(file: Path, changed: int) -> BatchRecord:
    try:
        return BatchRecord.model_validate_json(file.read_bytes())
    except ValidationError as error:
        raise ValueError(str(error)) from None
