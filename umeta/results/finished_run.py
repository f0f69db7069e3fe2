"""A finished run, wherever it is kept: a run's directory here, or a cell that was computed before.

`FinishedRun` is what tables, figures and comparisons read: the rows, and behind each row which query of which task
was right and which classes each task asked about.
"""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Protocol, runtime_checkable

import numpy as np
from jaxtyping import Bool, Int

from umeta.runs.directory import RunDirectory
from umeta.runs.result import ResultRow, RunResult
from umeta.stage import UserError
from umeta.tasks import TestTasks


@runtime_checkable
class AnswerRecord(Protocol):
    """Where the answers behind the rows of a result are kept."""

    def correct(self, row: ResultRow) -> Bool[np.ndarray, "n_tasks n_way n_query"] | None:
        """Return which query of which task was right; None where that was not kept."""
        ...

    def classes(self, row: ResultRow) -> Int[np.ndarray, "n_tasks n_way"] | None:
        """Return the classes that each task asked about; None where that was not kept."""
        ...


@dataclass(frozen=True, eq=False)
class FinishedRun:
    """A finished run: its result, and the record of what was answered right."""

    result: RunResult
    record: AnswerRecord
    precomputed: bool = False
    """Whether it came with umeta, or with a study's file, instead of being computed here."""
    directory: RunDirectory | None = None
    """The run's directory, where there is one."""

    @classmethod
    def of(cls, run: RunDirectory, *, precomputed: bool = False) -> "FinishedRun | None":
        """Return the finished run of a directory; None while it has no result."""
        result = run.result()
        return None if result is None else cls(result, DirectoryRecord(run.path), precomputed, run)

    @property
    def run_id(self) -> str:
        """The run's id."""
        return self.result.run_id

    @property
    def rows(self) -> tuple[ResultRow, ...]:
        """The result rows."""
        return self.result.rows

    @property
    def seconds(self) -> float:
        """What all stages took together."""
        return sum(self.result.seconds.values())

    @property
    def cpu_seconds(self) -> float | None:
        """The processor's time for all stages, which other work on the machine adds nothing to; None in old results."""
        return sum(self.result.cpu_seconds.values()) if self.result.cpu_seconds else None

    def correct(self, row: ResultRow) -> Bool[np.ndarray, "n_tasks n_way n_query"] | None:
        """Return which query of which task a row's method got right; None where that was not kept."""
        return self.record.correct(row)

    def classes(self, row: ResultRow) -> Int[np.ndarray, "n_tasks n_way"] | None:
        """Return the number of the true class of each row of each task; None where that was not kept.

        Numbers mean nothing but "the same class" or "another one".
        """
        return self.record.classes(row)


@dataclass(frozen=True)
class DirectoryRecord:
    """The answers of a run in its directory."""

    path: Path

    def correct(self, row: ResultRow) -> Bool[np.ndarray, "n_tasks n_way n_query"] | None:
        """Return the right answers behind a row."""
        return self._answers.get(row.answers_key)

    def classes(self, row: ResultRow) -> Int[np.ndarray, "n_tasks n_way"] | None:
        """Return the classes of a row's tasks."""
        classes = self._classes.get(row.setting)
        return None if classes is None else classes[: row.n_tasks]

    @cached_property
    def _answers(self) -> dict[str, np.ndarray]:
        from safetensors import SafetensorError
        from safetensors.numpy import load_file

        try:
            arrays = load_file(self.path / "correct.safetensors")
        except (OSError, SafetensorError):
            return {}
        return {name: answers.astype(bool) for name, answers in arrays.items()}

    @cached_property
    def _classes(self) -> dict[str, np.ndarray]:
        classes = {}
        for file in sorted((self.path / "test_tasks").glob("*.safetensors")):
            try:
                tasks = TestTasks.load(file).tasks
            except UserError:
                continue
            classes[file.stem] = tasks.clusters + tasks.origin[:, None] * (tasks.clusters.max() + 1)
        return classes
