"""The directory of one run: the truth about it, readable by anyone at any time while one process writes it.

config.json        the resolved RunConfig            launch.json     when, `label_use`, and notes
status.json        state, progress, process          events.jsonl    one progress event a line, append-only
checkpoints/       weights and optimiser             test_tasks/     the lists of tasks it is judged on
correct.safetensors  which query of which task each method got right
result.json        the rows                          run.log         what the process printed
remarks.json       name, note and tags               claim-N         the process that works in it
picture.png        the latest picture of the encoder's training    spent.json     seconds by stage, so far
"""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar

from umeta.cache import Home
from umeta.runs.config import RunConfig
from umeta.runs.launch_record import read_launch, write_launch
from umeta.runs.remarks import Remarks, read_remarks, write_remarks
from umeta.runs.result import RunResult
from umeta.runs.result_file import RESULT_REMEDY, read_result
from umeta.runs.status import STATUS_FILE, Status
from umeta.runs.working_directory import WorkingDirectory
from umeta.sealed_files import LaterVersion, Unreadable, read_record, write_record
from umeta.stage import UserError, build

CONFIG_REMEDY = "launch the run again with the same settings, which writes it anew, or delete the run"
MAX_LISTED = 10
"""Runs that a message lists."""


@dataclass(frozen=True)
class RunDirectory(WorkingDirectory):
    """A run's files. Reading never fails on a half-written directory: missing parts read as nothing.

    Nor on a damaged one: its status is `damaged`, and says what is wrong and what to do about it.
    """

    started_again: ClassVar[str] = "resume it to go on from its checkpoint"

    @classmethod
    def create(
        cls, config: RunConfig, home: Home, *, label_use: str, notes: Sequence[str] = ()
    ) -> "RunDirectory":
        """Create the directory of a run, or return the one that is there: the same config is the same run.

        A config that cannot be read is written anew: it is this one, since the run's id is made of it.

        Raises:
            LaterVersion: a later version of umeta wrote its config.
            StorageError: the disk refused.
        """
        run = cls(home.runs / config.run_id)
        if not os.path.lexists(run.config_file):
            write_launch(run.path, label_use, notes)
        try:
            is_written = read_record(run.config_file, run.run_id, remedy="") is not None
        except LaterVersion:
            raise
        except Unreadable:
            is_written = False
        if not is_written:
            write_record(run.config_file, config.model_dump(mode="json"), run.run_id)
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
            if matches:
                raise UserError(f"{len(matches)} runs match {run_id!r}: {here}. Give more of the id.")
            raise UserError(f"no run's id begins or ends with {run_id!r}. Runs here: {here}.")
        return cls(home.runs / chosen[0])

    @property
    def run_id(self) -> str:
        """The run's id, which is the directory's name."""
        return self.path.name

    def remarks(self) -> Remarks:
        """Return the name, the note and the tags that people gave it."""
        return read_remarks(self.path)

    def remark(self, **changes: Any) -> None:
        """Give it another name, note or tags, the fields of `Remarks`.

        Raises:
            UserError: a tag is too long, there are too many, or a later version of umeta wrote the remarks.
            StorageError: the disk refused.
        """
        write_remarks(self.path, replace(self.remarks(), **changes))

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

    def config_record(self) -> Mapping[str, Any]:
        """Return the mapping in config.json, or that in the result; it may name methods that are not installed here.

        Raises:
            UserError: neither can be read.
        """
        try:
            record = read_record(self.config_file, self.run_id, remedy=CONFIG_REMEDY)
        except Unreadable:
            if result := self.result():
                return result.config
            raise
        if record is None:
            raise Unreadable(f"{self.config_file} is missing; {CONFIG_REMEDY}.")
        return record

    def config_or_nothing(self) -> Mapping[str, Any]:
        """Return what `config_record` does, or nothing where that raises."""
        try:
            return self.config_record()
        except UserError:
            return {}

    def launch_record(self) -> dict[str, Any]:
        """Return when the run was launched, which labels had been looked at (`unknown` where that is lost), and notes.

        Notes say what was left out or assumed in reading its images, and which defaults were fitted to them.
        """
        return read_launch(self.path)

    @property
    def answers_file(self) -> Path:
        """Which query of which task each method got right."""
        return self.path / "correct.safetensors"

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
            return self.read_result()
        except UserError:
            return None

    def read_result(self) -> RunResult | None:
        """Return the finished run's result; None while there is none.

        Raises:
            LaterVersion: a later version of umeta wrote it.
            UserError: it is damaged, another run's, or may not be read.
        """
        return read_result(self.result_file)

    def status(self) -> Status:
        """Return what the run is doing now: `lost` if its process is gone without a last word, `damaged` if a file is.

        A run whose result can be read is finished, whatever became of its status: the result is the last word but one.
        """
        return self.status_and_result()[0]

    def status_and_result(self) -> tuple[Status, RunResult | None]:
        """Return what the run is doing now and, of a finished one, its result."""
        status = super().status()
        if status.is_at_work:
            return status, None
        try:
            if (result := self.read_result()) is not None:
                return replace(status, state="finished", message=""), result
            if not status.may_run:
                self._check_parts(status)
        except UserError as error:
            return status if status.may_run else replace(status, state="damaged", message=str(error)), None
        return status, None

    def _check_parts(self, status: Status) -> None:
        """Check what a run without a result has to have.

        Raises:
            UserError: a part cannot be read or is missing.
        """
        if status.state != "unknown" or os.path.lexists(self.config_file):  # else it was never launched
            self.config_record()
        if status.state == "finished":
            raise Unreadable(f"{self.result_file} is missing; {RESULT_REMEDY}.")


def list_runs(home: Home) -> list[RunDirectory]:
    """Return all runs, the newest first; also those that are damaged."""
    runs = [RunDirectory(path) for path in run_folders(home) if is_run(path)]
    return sorted(runs, key=lambda run: run.launch_record()["created"], reverse=True)


def run_folders(home: Home) -> list[Path]:
    """Return what lies where the runs of a home are kept.

    Raises:
        UserError: it cannot be listed.
    """
    try:
        return list(home.runs.iterdir())
    except FileNotFoundError:
        return []
    except OSError as error:
        raise UserError(
            f"the runs in {home.runs} cannot be listed: {error.strerror}. Make it a folder that you can read, or set "
            "UMETA_HOME to another one."
        ) from None


def is_run(folder: Path) -> bool:
    """Return whether a folder is that of a run; one that may not be entered counts as one."""
    is_closed = folder.is_dir() and not os.access(folder, os.X_OK)
    return is_closed or any(
        os.path.lexists(folder / name) for name in ("config.json", "result.json", STATUS_FILE)
    )
