"""The directory of one run: the truth about it, readable by anyone at any time while one process writes it.

config.json        the resolved RunConfig            launch.json     when, from where, and `label_use`
status.json        state, progress, process          events.jsonl    one progress event a line, append-only
checkpoints/       weights and optimiser             test_tasks/     the lists of tasks it is judged on
correct.safetensors  which query of which task each method got right
result.json        the rows                          run.log         what the process printed
picture.png        the latest picture of the encoder's training    spent.json     seconds by stage, so far
"""

import json
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from umeta.cache import Home, write_atomically
from umeta.runs.config import RunConfig
from umeta.runs.result import RunResult
from umeta.runs.status import read_json
from umeta.runs.working_directory import WorkingDirectory
from umeta.stage import UserError, build


@dataclass(frozen=True)
class RunDirectory(WorkingDirectory):
    """A run's files. Reading never fails on a half-written directory: missing parts read as nothing."""

    started_again: ClassVar[str] = "resume it to go on from its checkpoint"

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
        matches = [known_id for known_id in ids if known_id.startswith(run_id) or known_id.endswith(run_id)]
        chosen = [run_id] if run_id in matches else matches
        if len(chosen) != 1:
            here = ", ".join(matches or ids[:10]) or "none yet"
            raise UserError(f"run {run_id!r} matches {len(matches)} runs. Runs here: {here}.")
        return cls(home.runs / chosen[0])

    @property
    def run_id(self) -> str:
        """The run's id, which is the directory's name."""
        return self.path.name

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
        try:
            return build(RunConfig, json.loads(self.config_file.read_text()), where="")
        except (OSError, json.JSONDecodeError) as error:
            raise UserError(
                f"{self.config_file} cannot be read ({error}); delete the run and launch it again."
            ) from None

    def launch_record(self) -> dict[str, Any]:
        """Return when the run was launched and which labels had been looked at."""
        return read_json(self.path / "launch.json") or {"created": 0.0, "label_use": "none"}

    @property
    def result_file(self) -> Path:
        """The result, once the run is finished."""
        return self.path / "result.json"

    @property
    def is_finished(self) -> bool:
        """Whether the result was written."""
        return self.result_file.exists()

    def result(self) -> RunResult | None:
        """Return the finished run's result, or None."""
        result = read_json(self.result_file)
        return None if result is None else RunResult.from_json(result)


def list_runs(home: Home) -> list[RunDirectory]:
    """Return all runs, the newest first."""
    if not home.runs.exists():
        return []
    runs = [RunDirectory(path) for path in home.runs.iterdir() if (path / "config.json").exists()]
    return sorted(runs, key=lambda run: run.launch_record()["created"], reverse=True)
