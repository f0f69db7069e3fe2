"""Commands of SLURM that write down what they are asked, and answer what a real one (22.05) printed."""

import os
from pathlib import Path

import pytest

from umeta.studies.engines import slurm

COMMANDS = {
    "sbatch": (
        "n=$(cat {folder}/jobs 2>/dev/null || echo 11); n=$((n + 1)); echo $n >{folder}/jobs\n"
        'cp "$2" {folder}/$n.sh; echo $n'
    ),
    "squeue": 'echo "$@" >>{folder}/asked; cat {folder}/listed',
    "scontrol": 'echo "$@" >>{folder}/controlled; echo "MaxArraySize            = {max_array_size}"',
    "scancel": 'echo "$@" >>{folder}/cancelled',
}


def install(
    folder: Path, monkeypatch: pytest.MonkeyPatch, *, max_array_size: int = 1001, **commands: str
) -> Path:
    """Put the commands onto the PATH, some replaced; return the folder in which they write down what was asked."""
    (folder / "bin").mkdir(parents=True)
    listed(folder)
    for name, line in {**COMMANDS, **commands}.items():
        file = folder / "bin" / name
        file.write_text("#!/bin/sh\n" + line.format(folder=folder, max_array_size=max_array_size) + "\n")
        file.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}")
    return folder


def listed(folder: Path, *lines: str) -> None:
    """Let squeue list lines JOB_NUMBER|STATE from now on."""
    (folder / "listed").write_text("".join(f"{line}\n" for line in lines))
    slurm._squeue.cache_clear()  # else it is asked again only after seconds
