"""The directory of one run: the truth about it, readable by anyone at any time while one process writes it.

config.json        the resolved RunConfig            launch.json     when, `label_use`, and notes
status.json        state, progress, process          events.jsonl    one progress event a line, append-only
checkpoints/       weights and optimiser             test_tasks/     the lists of tasks it is judged on
correct.safetensors  which query of which task each method got right
result.json        the rows                          run.log         what the process printed
name.txt           the name that a person gave it    claim-N         the process that works in it
picture.png        the latest picture of the encoder's training    spent.json     seconds by stage, so far
"""

import json
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar

from umeta.cache import Home, write_atomically
from umeta.runs.config import RunConfig
from umeta.runs.result import RunResult
from umeta.runs.status import Status, read_json
from umeta.runs.working_directory import WorkingDirectory
from umeta.stage import UserError, build

MAX_TIME = 2**40
"""Seconds since 1970 that no clock shows."""
MAX_NAME = 80
"""Letters of a name that a person gives to a run."""
MAX_LISTED = 10
"""Runs that a message lists."""


@dataclass(frozen=True)
class RunDirectory(WorkingDirectory):
    """A run's files. Reading never fails on a half-written directory: missing parts read as nothing.

    Nor on a damaged one: its status is `damaged`, and `problem` says what is wrong and what to do about it.
    """

    started_again: ClassVar[str] = "resume it to go on from its checkpoint"

    @classmethod
    def create(
        cls, config: RunConfig, home: Home, *, label_use: str, notes: Sequence[str] = ()
    ) -> "RunDirectory":
        """Create the directory of a run, or return the one that is there: the same config is the same run."""
        run = cls(home.runs / config.run_id)
        if not run.config_file.exists():
            record = {"created": time.time(), "label_use": label_use, "notes": list(notes)}
            write_atomically(run.path / "launch.json", json.dumps(record).encode())
            write_atomically(run.config_file, config.model_dump_json(indent=1).encode())
        return run

    @classmethod
    def find(cls, run_id: str, home: Home) -> "RunDirectory":
        """Return a run by its id or an unambiguous beginning or end of it.

        Raises:
            UserError: no run or several runs match; they are listed.
        """
        ids = [run.run_id for run in list_runs(home)]
        matches = [known_id for known_id in ids if known_id.startswith(run_id) or known_id.endswith(run_id)]
        chosen = [run_id] if run_id in matches else matches
        if len(chosen) != 1:
            here = ", ".join((matches or ids)[:MAX_LISTED]) or "none yet"
            raise UserError(f"run {run_id!r} matches {len(matches)} runs. Runs here: {here}.")
        return cls(home.runs / chosen[0])

    @property
    def run_id(self) -> str:
        """The run's id, which is the directory's name."""
        return self.path.name

    @property
    def given_name(self) -> str:
        """The name that a person gave it, "" for none."""
        try:
            return self._name_file.read_text("utf-8", errors="replace")[:MAX_NAME].strip()
        except OSError:
            return ""

    def rename(self, name: str) -> None:
        """Give it a name; "" for none.

        Raises:
            StorageError: the disk refused.
        """
        write_atomically(self._name_file, name.strip()[:MAX_NAME].encode("utf-8", "replace"))

    @property
    def _name_file(self) -> Path:
        return self.path / "name.txt"

    @property
    def config_file(self) -> Path:
        """The file of the resolved config."""
        return self.path / "config.json"

    @property
    def checkpoints(self) -> Path:
        """The folder of training states."""
        return self.path / "checkpoints"

    def config(self) -> RunConfig:
        """Return the run's config.

        Raises:
            UserError: the file is missing, damaged, or of a method this version does not know.
        """
        return build(RunConfig, self.config_record(), where="")

    def config_record(self) -> dict[str, Any]:
        """Return the mapping in config.json; it may name methods that are not installed here.

        Raises:
            UserError: the file is missing or damaged.
        """
        record = read_json(self.config_file)
        if record is None:
            raise UserError(
                f"{self.config_file} cannot be read: it is missing, damaged, or not yours to read; delete the run and "
                "launch it again."
            )
        return record

    def launch_record(self) -> dict[str, Any]:
        """Return when the run was launched, which labels had been looked at (`unknown` where that is lost), and notes.

        Notes say what was left out or assumed in reading its images, and which defaults were fitted to them.
        """
        record = read_json(self.path / "launch.json") or {}
        created, label_use, notes = record.get("created"), record.get("label_use"), record.get("notes")
        return {
            "created": float(created)
            if isinstance(created, int | float) and 0 <= created < MAX_TIME
            else 0.0,
            "label_use": label_use if isinstance(label_use, str) else "unknown",
            "notes": [str(note) for note in notes] if isinstance(notes, list) else [],
        }

    @property
    def result_file(self) -> Path:
        """The result, once the run is finished."""
        return self.path / "result.json"

    @property
    def is_finished(self) -> bool:
        """Whether the result was written and can be read."""
        return self.result() is not None

    def result(self) -> RunResult | None:
        """Return the finished run's result; None while there is none, and where it cannot be read."""
        try:
            return self._read_result()
        except UserError:
            return None

    def problem(self) -> UserError | None:
        """Return why the run's config or its result cannot be read, with the remedy; None for a run in order."""
        try:
            if os.path.lexists(self.config_file):
                self.config_record()
            self._read_result()
        except UserError as error:
            return error
        return None

    def _read_result(self) -> RunResult | None:
        if not os.path.lexists(self.result_file):
            return None
        record = read_json(self.result_file)
        if record is None:
            raise UserError(
                f"{self.result_file} is damaged; remove this file and resume the run, which makes it again from what "
                "it has trained."
            )
        return RunResult.from_json(record)

    def status(self) -> Status:
        """Return what the run is doing now: `lost` if its process is gone without a last word, `damaged` if a file is.

        A run whose result can be read is finished, whatever became of its status.
        """
        status = super().status()
        if status.may_run:
            return status
        if problem := self.problem():
            return replace(status, state="damaged", message=str(problem))
        if status.state == "damaged" and self.is_finished:
            return replace(status, state="finished", message="")
        return status


def list_runs(home: Home) -> list[RunDirectory]:
    """Return all runs, the newest first; also those that are damaged."""
    try:
        folders = list(home.runs.iterdir())
    except FileNotFoundError:
        return []
    except OSError as error:
        raise UserError(
            f"the runs in {home.runs} cannot be listed: {error.strerror}. Make it a folder that you can read, or set "
            "UMETA_HOME to another one."
        ) from None
    runs = [RunDirectory(path) for path in folders if os.path.lexists(path / "config.json")]
    return sorted(runs, key=lambda run: run.launch_record()["created"], reverse=True)
