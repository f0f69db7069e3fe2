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
from umeta.sealed_files import Unreadable, read_arrays, record_or_nothing
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
        """Return the finished run of a directory; None while it has no result that can be read.

        One that was computed elsewhere may lie in a folder of another name.
        """
        if precomputed:
            stored = record_or_nothing(run.result_file, run.run_id)
            result = RunResult.from_json(stored) if stored else None
        else:
            result = run.result()
        record = DirectoryRecord(run.path, None if precomputed else run.run_id)
        return None if result is None else cls(result, record, precomputed, run)

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
    owner: str | None = None
    """The run whose they have to be; None for any, where a run came with umeta."""

    def correct(self, row: ResultRow) -> Bool[np.ndarray, "n_tasks n_way n_query"] | None:
        """Return the right answers behind a row; none where they would give another accuracy than the row's."""
        answers = self._answers.get(row.answers_key)
        return answers if answers is not None and _gives(answers, row) else None

    def classes(self, row: ResultRow) -> Int[np.ndarray, "n_tasks n_way"] | None:
        """Return the classes of a row's tasks."""
        tasks_hash, classes = self._classes.get(row.setting, ("", None))
        is_of_row = row.tasks_hash in (
            "",
            tasks_hash,
        )  # earlier versions did not write which tasks a row is of
        return classes[: row.n_tasks] if classes is not None and is_of_row else None

    @cached_property
    def _answers(self) -> dict[str, np.ndarray]:
        try:
            arrays, _ = read_arrays(self.path / "correct.safetensors", self.owner, remedy="")
        except Unreadable:
            return {}
        return {name: answers.astype(bool) for name, answers in arrays.items()}

    @cached_property
    def _classes(self) -> dict[str, tuple[str, np.ndarray]]:
        """The hash of each list of tasks and its classes, by its setting."""
        classes = {}
        for file in sorted((self.path / "test_tasks").glob("*.safetensors")):
            try:
                saved = TestTasks.load(file)
            except UserError:
                continue
            tasks = saved.tasks
            numbers = tasks.clusters + tasks.origin[:, None] * (tasks.clusters.max() + 1)
            classes[file.stem] = saved.hash, numbers
        return classes


def _gives(answers: np.ndarray, row: ResultRow) -> bool:
    return len(answers) == row.n_tasks and bool(abs(answers.mean() - row.accuracy) < 1e-6)
