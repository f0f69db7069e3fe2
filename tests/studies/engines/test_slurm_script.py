import subprocess
import sys
from pathlib import Path

import pytest

from umeta.cache import Home
from umeta.studies.batches import Batch
from umeta.studies.engines.slurm_script import array_script
from umeta.studies.resources import Resources


def script(resources: Resources, monkeypatch: pytest.MonkeyPatch, folder: str = "/shared/home") -> str:
    monkeypatch.setenv("UMETA_DATA", "/shared/data sets")
    home = Home(Path(folder), ())
    return array_script(Batch(Path(folder, "studies/tiny-smoke/batches/0001")), 12, resources, home)


def test_a_script_asks_for_no_more_than_was_given(monkeypatch):
    options = [line for line in script(Resources(), monkeypatch).splitlines() if line.startswith("#SBATCH")]
    assert options == [
        "#SBATCH --job-name=umeta-tiny-smoke",
        "#SBATCH --array=0-11",
        "#SBATCH --output=/shared/home/studies/tiny-smoke/batches/0001/%a.log",
        "#SBATCH --open-mode=append",
        "#SBATCH --signal=B:USR1@120",
        "#SBATCH --cpus-per-task=1",
        "#SBATCH --requeue",
    ]


def test_every_resource_becomes_an_option(monkeypatch):
    resources = Resources(
        partition="gpu",
        account="physics",
        time="4:00:00",
        memory="8G",
        gpus=2,
        cpus=8,
        at_once=3,
        setup=("module load cuda",),
        options=("--constraint=a100",),
    )
    text = script(resources, monkeypatch)
    for option in (
        "--array=0-11%3", "--partition=gpu", "--account=physics", "--time=4:00:00", "--mem=8G", "--gres=gpu:2",
        "--cpus-per-task=8", "--constraint=a100",
    ):  # fmt: skip
        assert f"#SBATCH {option}\n" in text
    assert text.index("module load cuda") < text.index("exec ")


def test_the_worker_gets_the_home_the_data_and_its_number_and_takes_the_place_of_the_shell(monkeypatch):
    text = script(Resources(), monkeypatch)
    last = text.strip().splitlines()[-1]
    assert last == (
        f"exec {sys.executable} -m umeta.studies.cell_worker /shared/home/studies/tiny-smoke/batches/0001 "
        '"$SLURM_ARRAY_TASK_ID"'
    )
    shell = text.replace(last, 'echo "$UMETA_HOME|$UMETA_DATA|$OMP_NUM_THREADS"; command -v umeta_nothing')
    done = subprocess.run(
        ["bash", "-c", shell], capture_output=True, text=True, env={"SLURM_CPUS_PER_TASK": "4"}
    )
    assert done.stdout == "/shared/home|/shared/data sets|4\n"


def test_a_folder_with_a_blank_stays_one_word(monkeypatch):
    text = script(Resources(), monkeypatch, "/shared/my home")
    assert '#SBATCH --output="/shared/my home/studies/tiny-smoke/batches/0001/%a.log"' in text
    assert "cell_worker '/shared/my home/studies/tiny-smoke/batches/0001'" in text
