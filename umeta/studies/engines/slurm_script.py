"""The script of an array of cells, as `sbatch` takes it."""

import os
import shlex
import sys
from pathlib import Path

import umeta
from umeta.cache import Home
from umeta.studies.batches import Batch
from umeta.studies.resources import Resources

WARNED_SECONDS = 120
"""How long before its time limit a cell is told, so that it keeps its checkpoint and is queued again."""


def array_script(batch: Batch, n_cells: int, resources: Resources, home: Home) -> str:
    """Return the script: a task a cell, which becomes the worker, so that SLURM's signals reach it."""
    at_once = f"%{resources.at_once}" if resources.at_once else ""
    options = {
        "job-name": f"umeta-{batch.path.parent.parent.name}",
        "array": f"0-{n_cells - 1}{at_once}",
        "output": f"{batch.path}/%a.log",
        "open-mode": "append",
        "signal": f"B:USR1@{WARNED_SECONDS}",
        "cpus-per-task": resources.cpus,
        "partition": resources.partition,
        "account": resources.account,
        "time": resources.time,
        "mem": resources.memory,
        "gres": f"gpu:{resources.gpus}" if resources.gpus else "",
    }
    lines = [f"#SBATCH --{name}={_quoted(value)}" for name, value in options.items() if value != ""]
    lines += ["#SBATCH --requeue", *(f"#SBATCH {option}" for option in resources.options)]
    environment = {"UMETA_HOME": str(home.root), "PYTHONPATH": _python_path()}
    if "UMETA_DATA" in os.environ:
        environment["UMETA_DATA"] = os.environ["UMETA_DATA"]
    exports = [f"export {name}={shlex.quote(value)}" for name, value in environment.items()]
    worker = shlex.join([sys.executable, "-m", "umeta.studies.cell_worker", str(batch.path)])
    return "\n".join(
        [
            "#!/bin/bash",
            *lines,
            *resources.setup,
            *exports,
            'export OMP_NUM_THREADS="${SLURM_CPUS_PER_TASK:-1}"',
            f'exec {worker} "$SLURM_ARRAY_TASK_ID"',
            "",
        ]
    )


def _quoted(value: object) -> str:
    """Return a value of an option; sbatch reads quotes in its lines, and % in names of files."""
    text = str(value)
    return f'"{text}"' if " " in text else text


def _python_path() -> str:
    """Return where the worker finds this very umeta, also where it is not installed."""
    root = str(Path(umeta.__file__).parent.parent)
    return os.pathsep.join(
        dict.fromkeys([root, *filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))])
    )
