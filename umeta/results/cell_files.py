"""Finished cells of studies as files that can be kept with code: one JSON a cell, its answers packed into its rows.

FOLDER/BUDGET/RUN_ID.json   the run's result and hash; each row has `answers`: right or wrong, one bit a query;
                            `content`, the hash of the images, where they are one's own
FOLDER/tasks.safetensors    the classes of the tasks, by the tasks' hash: the cells of a study share few lists
"""

import base64
import json
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from filelock import FileLock
from jaxtyping import Bool, Int

from umeta.cache import Home, write_atomically
from umeta.results.finished_run import FinishedRun
from umeta.runs.config import RunConfig
from umeta.runs.result import ResultRow, RunResult
from umeta.stage import UserError, content_hash
from umeta.storage_errors import storage_error
from umeta.studies.cells import CONTENT, shipped_file
from umeta.studies.study import Study

TASKS = "tasks.safetensors"


def export_cells(finished: Iterable[tuple[RunConfig, FinishedRun]], folder: Path, budget: str) -> list[Path]:
    """Write finished cells into a folder and return the files; files of other cells there stay.

    A cell is written as its study has it: images of one's own by the path that the study names, not as they were found
    on this machine, with the hash of their content beside it.
    """
    lists: dict[str, np.ndarray] = {}
    files = []
    for cell, run in finished:
        rows = []
        for row in run.rows:
            correct, classes = run.correct(row), run.classes(row)
            rows.append({**row.to_json(), "answers": None if correct is None else pack(correct)})
            if classes is not None:
                _keep_longer(lists, row.tasks_hash, classes.astype(np.int32))
        as_run = cell.model_copy(update={"device": run.result.config["device"]})
        own = {"run_id": as_run.run_id, "config": as_run.model_dump(mode="json")}
        content = {**run.result.to_json(), **own, "results": rows}
        if (images := run.result.config["dataset"].get("content")) is not None:
            content[CONTENT] = images
        file = folder / budget / f"{as_run.run_id}.json"
        write_atomically(file, json.dumps({**content, "hash": content_hash(content)}, indent=1).encode())
        files.append(file)
    add_lists(folder / TASKS, lists)
    return files


def add_lists(file: Path, lists: Mapping[str, np.ndarray]) -> None:
    """Add the classes of tasks to a file of them; several exports may do so at one time, and none is lost.

    Raises:
        StorageError: the disk is full or not writable.
        UserError: the file is damaged.
    """
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(file.with_name(f".{file.name}.lock")):
            together = _read_lists(file)
            for tasks_hash, classes in lists.items():
                _keep_longer(together, tasks_hash, classes)
            _write_lists(file, together)
    except OSError as error:
        raise storage_error(file, error) from error


def _keep_longer(lists: dict[str, np.ndarray], tasks_hash: str, classes: np.ndarray) -> None:
    """A method may have answered only the first of the tasks; the list is kept as far as any has."""
    if len(classes) > len(lists.get(tasks_hash, ())):
        lists[tasks_hash] = classes


def shipped_cell(study: Study, cell: RunConfig, home: Home) -> FinishedRun | None:
    """Return a cell that was computed before, of the images that are here; None if there is none.

    Raises:
        UserError: its file is not what was written.
    """
    file = shipped_file(study, cell, home)
    return None if file is None else _read(file)


@dataclass(frozen=True)
class CellRecord:
    """The answers of a shipped cell, packed in its rows; the classes of its tasks are in the studies' file."""

    packed: Mapping[str, str | None]
    """By the row's `answers_key`."""
    lists_file: Path

    def correct(self, row: ResultRow) -> Bool[np.ndarray, "n_tasks n_way n_query"] | None:
        """Unpack the right answers behind a row."""
        packed = self.packed.get(row.answers_key)
        return None if packed is None else unpack(packed, (row.n_tasks, row.n_way, row.n_query))

    def classes(self, row: ResultRow) -> Int[np.ndarray, "n_tasks n_way"] | None:
        """Return the classes of a row's tasks."""
        classes = self._lists.get(row.tasks_hash)
        return None if classes is None else classes[: row.n_tasks]

    @cached_property
    def _lists(self) -> dict[str, np.ndarray]:
        return _read_lists(self.lists_file)


def pack(correct: Bool[np.ndarray, "n_tasks n_way n_query"]) -> str:
    """Return answers as text: one bit each, compressed."""
    return base64.b64encode(zlib.compress(np.packbits(correct).tobytes(), 9)).decode()


def unpack(packed: str, shape: tuple[int, int, int]) -> Bool[np.ndarray, "n_tasks n_way n_query"]:
    """Return the answers that `pack` wrote."""
    bits = np.frombuffer(zlib.decompress(base64.b64decode(packed)), np.uint8)
    return np.unpackbits(bits, count=int(np.prod(shape))).reshape(shape).astype(bool)


def _read(file: Path) -> FinishedRun:
    try:
        cell: dict[str, Any] = json.loads(file.read_text())
        expected = cell.pop("hash")
    except (OSError, ValueError, KeyError) as error:
        raise UserError(f"{file} is no finished cell ({error}); remove it, or export it again.") from None
    if content_hash(cell) != expected:
        raise UserError(f"{file} was changed after it was written; remove it, or export it again.")
    result = RunResult.from_json(cell)
    packed = {
        row.answers_key: row_json.get("answers")
        for row, row_json in zip(result.rows, cell["results"], strict=True)
    }
    return FinishedRun(result, CellRecord(packed, file.parent.parent / TASKS), precomputed=True)


def _read_lists(file: Path) -> dict[str, np.ndarray]:
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    try:
        return load_file(file) if file.exists() else {}
    except SafetensorError as error:
        raise UserError(f"{file} is damaged ({error}); remove it and export the cells again.") from None


def _write_lists(file: Path, lists: dict[str, np.ndarray]) -> None:
    from safetensors.numpy import save

    write_atomically(
        file, save({name: np.ascontiguousarray(classes) for name, classes in sorted(lists.items())})
    )
