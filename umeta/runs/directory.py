"""The directory of one run: the truth about it, readable by anyone at any time while one process writes it.

config.json        the resolved RunConfig            launch.json     when, from where, and `label_use`
status.json        state, progress, process          events.jsonl    one progress event a line, append-only
checkpoints/       weights and optimiser             test_tasks/     the lists of tasks it is judged on
correct.safetensors  which query of which task each method got right
result.json        the rows                          run.log         what the process printed
picture.png        the latest picture of the encoder's training
"""

import errno
import json
import os
import socket
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

import psutil

from umeta.cache import Home, StorageError, storage_error, write_atomically
from umeta.runs.config import RunConfig
from umeta.stage import Step, UserError, build

State = Literal["running", "finished", "failed", "cancelled", "lost", "unknown"]
STATUS_SIZE = 4096
"""status.json is padded to this size, so that the news of a full disk can be written over the old status."""


@dataclass(frozen=True)
class Status:
    """What a run is doing. `lost`: it says running, but its process is gone."""

    state: State
    stage: str = ""
    done: int = 0
    total: int = 0
    message: str = ""
    updated: float = 0.0
    pid: int = 0
    process_started: float = 0.0
    host: str = ""


@dataclass(frozen=True)
class RunDirectory:
    """A run's files. Reading never fails on a half-written directory: missing parts read as nothing."""

    path: Path

    @classmethod
    def create(cls, config: RunConfig, home: Home, *, label_use: str) -> "RunDirectory":
        """Create the directory of a run, or return the one that is there: the same config is the same run."""
        run = cls(home.runs / config.run_id)
        if not run.config_file.exists():
            record = {"created": time.time(), "label_use": label_use}
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
        matches = [one for one in ids if one.startswith(run_id) or one.endswith(run_id)]
        exact = [one for one in matches if one == run_id] or matches
        if len(exact) != 1:
            found = ", ".join(matches or ids[:10]) or "none yet"
            raise UserError(f"run {run_id!r} matches {len(matches)} runs. Runs here: {found}.")
        return cls(home.runs / exact[0])

    @property
    def run_id(self) -> str:
        """The run's id, which is the directory's name."""
        return self.path.name

    @property
    def config_file(self) -> Path:
        """The file of the resolved config."""
        return self.path / "config.json"

    @property
    def picture_file(self) -> Path:
        """The latest picture of the encoder's training, where it is trained and shows one."""
        return self.path / "picture.png"

    @property
    def checkpoints(self) -> Path:
        """The folder of training states."""
        return self.path / "checkpoints"

    def config(self) -> RunConfig:
        """Return the run's config.

        Raises:
            UserError: the file is missing, damaged, or of a method this version does not know.
        """
        try:
            return build(RunConfig, json.loads(self.config_file.read_text()), where="")
        except (OSError, json.JSONDecodeError) as error:
            raise UserError(
                f"{self.config_file} cannot be read ({error}); delete the run and launch it again."
            ) from None

    def launch_record(self) -> dict[str, Any]:
        """Return when the run was launched and which labels had been looked at."""
        return _read_json(self.path / "launch.json") or {"created": 0.0, "label_use": "none"}

    def result(self) -> dict[str, Any] | None:
        """Return the finished run's result, or None."""
        return _read_json(self.path / "result.json")

    def status(self) -> Status:
        """Return what the run is doing now; `lost` if its process is gone without a last word."""
        record = _read_json(self.path / "status.json")
        if record is None:
            return Status("unknown", message="no status was written")
        status = Status(**record)
        if status.state == "running" and not _alive(status):
            return Status(
                **{**record, "state": "lost", "message": "its process is gone; resume or delete it"}
            )
        return status

    def write_status(self, state: State, step: Step | None = None, message: str = "") -> None:
        """Replace status.json; on a full disk, write over the old one in place.

        Raises:
            StorageError: not even that was possible.
        """
        me = psutil.Process()
        status = Status(
            state,
            stage=step.stage if step else "",
            done=step.done if step else 0,
            total=step.total if step else 0,
            message=message,
            updated=time.time(),
            pid=me.pid,
            process_started=me.create_time(),
            host=socket.gethostname(),
        )
        data = json.dumps(asdict(status)).encode().ljust(STATUS_SIZE)
        file = self.path / "status.json"
        try:
            write_atomically(file, data)
        except StorageError as error:
            cause = error.__cause__
            if not (isinstance(cause, OSError) and cause.errno == errno.ENOSPC and file.exists()):
                raise
            with file.open("r+b") as stream:
                stream.write(data)

    def append_event(self, event: Mapping[str, Any]) -> None:
        """Append one line to events.jsonl in one write.

        Raises:
            StorageError: the disk is full or not writable.
        """
        path = self.path / "events.jsonl"
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
            try:
                os.write(descriptor, json.dumps(event).encode() + b"\n")
            finally:
                os.close(descriptor)
        except OSError as error:
            raise storage_error(path, error) from error

    def events(self, cursor: int = 0) -> tuple[list[dict[str, Any]], int]:
        """Return the events after a byte position and the position to go on from; a torn last line waits."""
        path = self.path / "events.jsonl"
        if not path.exists():
            return [], cursor
        with path.open("rb") as stream:
            stream.seek(cursor)
            data = stream.read()
        whole = data[: data.rfind(b"\n") + 1]
        return [json.loads(line) for line in whole.splitlines()], cursor + len(whole)


def list_runs(home: Home) -> list[RunDirectory]:
    """Return all runs, the newest first."""
    if not home.runs.exists():
        return []
    runs = [RunDirectory(path) for path in home.runs.iterdir() if (path / "config.json").exists()]
    return sorted(runs, key=lambda run: run.launch_record()["created"], reverse=True)


def _read_json(path: Path) -> dict[str, Any] | None:
    try:
        return json.loads(path.read_text())
    except (OSError, json.JSONDecodeError):
        return None


def _alive(status: Status) -> bool:
    """Say whether the very process that wrote the status still lives: same host, pid and start time."""
    if status.host != socket.gethostname():
        return False
    try:
        process = psutil.Process(status.pid)
        same = abs(process.create_time() - status.process_started) < 1
        return same and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False
