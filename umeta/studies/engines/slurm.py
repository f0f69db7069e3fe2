"""SLURM: a batch is one array of jobs. Nothing here stays running; SLURM starts the worker of each cell.

Sites without accounting forget ended jobs after minutes, so `squeue` is asked only what is still queued or running.
"""

import os
import re
import subprocess
import time
from collections.abc import Mapping, Sequence
from functools import lru_cache

from umeta.cache import Home, write_atomically
from umeta.stage import UserError
from umeta.studies.batches import Batch
from umeta.studies.engines.engine import Task, TaskState
from umeta.studies.engines.slurm_script import array_script
from umeta.studies.resources import Resources

DEFAULT_ARRAY = 1001
"""SLURM's own MaxArraySize, where a site's cannot be asked."""
SECONDS = 30
"""How long a command of SLURM may take."""
ASKED_SECONDS = 5.0
"""Between two questions about the same jobs."""
PENDING = {
    "PENDING",
    "CONFIGURING",
    "REQUEUED",
    "REQUEUE_FED",
    "REQUEUE_HOLD",
    "SPECIAL_EXIT",
    "RESV_DEL_HOLD",
}
RUNNING = {"RUNNING", "COMPLETING", "SUSPENDED", "STOPPED", "SIGNALING", "STAGE_OUT", "RESIZING"}
UNKNOWN_JOB = "Invalid job id"
_TASK = re.compile(r"^(?P<job>\d+)_(?P<number>\d+)\|(?P<state>[A-Z_]+)$", re.MULTILINE)


class Slurm:
    """The SLURM whose commands are on this machine."""

    def batch_size(self) -> int:
        """Return how many cells an array may have at most."""
        found = re.search(r"^MaxArraySize\s*=\s*(\d+)", _call("scontrol", "show", "config"), re.MULTILINE)
        return max(1, int(found[1]) if found else DEFAULT_ARRAY)

    def submit(self, batch: Batch, resources: Resources, home: Home) -> str:
        """Submit an array of a batch's cells, and return the number of its job."""
        script = batch.path / "array.sh"
        write_atomically(script, array_script(batch, len(batch.record.run_ids), resources, home).encode())
        return _call("sbatch", "--parsable", str(script)).strip().partition(";")[0]

    def tasks(self, batches: Sequence[Batch]) -> Mapping[Task, TaskState] | None:
        """Return the cells that are queued or running."""
        by_job = {batch.record.job: batch for batch in batches}
        try:
            listed = _squeue(",".join(by_job), int(time.monotonic() / ASKED_SECONDS))
        except UserError as error:
            if UNKNOWN_JOB in str(error):
                return {}
            return None
        return {
            Task(by_job[job], number): state
            for (job, number), state in read_squeue(listed).items()
            if job in by_job
        }

    def cancel(self, tasks: Sequence[Task]) -> None:
        """Cancel the jobs of tasks; workers get SIGTERM, and keep their checkpoints."""
        numbers: dict[str, list[str]] = {}
        for task in tasks:
            numbers.setdefault(task.batch.record.job, []).append(str(task.number))
        for job, own in numbers.items():
            try:
                _call("scancel", f"{job}_[{','.join(own)}]")
            except UserError as error:
                if UNKNOWN_JOB not in str(error):  # it ended long ago
                    raise

    def task_name(self, task: Task) -> str:
        """Return the engine and the number of a task's job, as squeue and scancel take it."""
        return f"SLURM job {task.batch.record.job}_{task.number}"


def read_squeue(listed: str) -> dict[tuple[str, int], TaskState]:
    """Return the tasks that are queued or running, by job and number, of lines `JOB_NUMBER|STATE`."""
    tasks: dict[tuple[str, int], TaskState] = {}
    for found in _TASK.finditer(listed):
        state = "pending" if found["state"] in PENDING else "running" if found["state"] in RUNNING else None
        if state is not None:
            tasks[found["job"], int(found["number"])] = state
    return tasks


@lru_cache(maxsize=16)
def _squeue(jobs: str, moment: int) -> str:
    """Return what squeue lists of jobs; it is asked once a moment, however many pages show them."""
    return _call("squeue", "--states=all", "--array", "--noheader", "--format=%i|%T", f"--jobs={jobs}")


def requeue_own_job() -> None:
    """Queue the job of this process again; SLURM ends the process.

    Raises:
        UserError: the site does not allow it.
    """
    _call("scontrol", "requeue", os.environ["SLURM_JOB_ID"])


def _call(*command: str) -> str:
    """Return what a command of SLURM prints.

    Raises:
        UserError: it is not installed, does not answer, or refuses.
    """
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS)
    except FileNotFoundError:
        raise UserError(
            f"{command[0]} is not on this machine. Submit from a login node of a SLURM cluster, or leave --on away."
        ) from None
    except subprocess.TimeoutExpired:
        raise UserError(f"{command[0]} has not answered for {SECONDS} s; try again later.") from None
    if done.returncode != 0:
        reason = " ".join(done.stderr.split()) or f"exit status {done.returncode}"
        raise UserError(f"{command[0]} refused: {reason}")
    return done.stdout
