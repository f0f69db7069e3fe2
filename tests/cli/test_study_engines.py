"""Tests umeta.cli.study_tables too."""

import json

import pytest

from tests.studies.engines import fake_slurm
from tests.studies.small_studies import write_study
from umeta.cache import Home
from umeta.cli import study as command
from umeta.cli.study_tables import title_of
from umeta.stage import UserError
from umeta.studies.resources import Resources, read_profile
from umeta.studies.study import load_study

EVERY = {
    "on": "local", "workers": 1, "resubmit": False, "profile": "", "save_profile": "", "partition": None,
    "account": None, "time": None, "gpus": None, "cpus": None, "at_once": None, "retries": None,
}  # fmt: skip


@pytest.fixture
def call(tmp_path, monkeypatch):
    """Call the command in this process, as the command line would; return what it prints on stdout and stderr."""
    monkeypatch.setenv("UMETA_HOME", str(tmp_path / "home"))
    file = write_study(tmp_path)

    def run(**options: object) -> None:
        command.study([file], budget="smoke", **{**EVERY, **options})  # type: ignore[arg-type]

    return run


def test_cells_are_handed_over_and_the_command_says_where_they_are(call, tmp_path, monkeypatch, capsys):
    fake = fake_slurm.install(tmp_path / "fake", monkeypatch)
    call(on="slurm", partition="gpu", time="1:00:00", at_once=2, as_json=True)
    said = json.loads(capsys.readouterr().out)
    assert (said["study"], said["on"], said["jobs"], said["submitted"]) == ("tiny", "slurm", ["12"], 4)
    script = (fake / "12.sh").read_text()
    for option in ("--array=0-3%2", "--partition=gpu", "--time=1:00:00"):
        assert f"#SBATCH {option}\n" in script
    fake_slurm.listed(fake, "12_0|PENDING", "12_1|PENDING", "12_2|RUNNING")
    call(on="slurm", show=True)
    told = capsys.readouterr().err
    assert "pca kmeans protonets seed 0: queued (SLURM job 12_1)" in told
    assert "pca oracle protonets seed 0: lost (SLURM job 12_3)" in told
    call(on="slurm")
    assert "1 cell submitted as 13. Now: " in capsys.readouterr().err
    fake_slurm.listed(fake, "12_0|PENDING", "12_1|PENDING", "12_2|RUNNING", "13_0|PENDING")
    call(stop=True)
    assert "4 cells of 12, 13 cancelled." in capsys.readouterr().err


def test_the_profile_of_the_engine_is_taken_and_options_lie_over_it(call, tmp_path, monkeypatch, capsys):
    fake = fake_slurm.install(tmp_path / "fake", monkeypatch)
    home = Home(tmp_path / "home", ())
    call(on="slurm", save_profile="slurm", partition="gpu", account="physics", show=True)
    assert f"saved: {home.root / 'profiles' / 'slurm.yaml'}" in capsys.readouterr().err
    assert read_profile("slurm", home, {}) == Resources(partition="gpu", account="physics")
    call(on="slurm", partition="long")
    script = (fake / "12.sh").read_text()
    assert "--partition=long\n" in script
    assert "--account=physics\n" in script
    with pytest.raises(UserError, match="profile 'big' is not in"):
        call(on="slurm", profile="big")


def test_cells_for_gpus_are_of_cuda_and_counted_here_too(call, tmp_path, monkeypatch, capsys):
    fake = fake_slurm.install(tmp_path / "fake", monkeypatch)
    file = write_study(tmp_path, common={"dataset": {"name": "glyphs", "n_classes": 60, "n_alphabets": 6}})
    call(on="slurm", gpus=1, as_json=True)
    assert json.loads(capsys.readouterr().out)["submitted"] == 4
    assert "--gres=gpu:1\n" in (fake / "12.sh").read_text()
    cells = next((tmp_path / "home").glob("studies/*/batches/0001/cells.jsonl")).read_text().splitlines()
    assert {json.loads(line)["device"] for line in cells} == {"cuda"}
    fake_slurm.listed(fake, *(f"12_{number}|PENDING" for number in range(4)))
    call(show=True)  # on this machine's own device
    assert capsys.readouterr().err.count("queued (SLURM job 12_") == 4
    assert load_study(file, "smoke").cells[0].device != "auto"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"gpus": 1}, "are for --on slurm or --on ray"),
        ({"profile": "slurm"}, "are for --on slurm or --on ray"),
        ({"resubmit": True}, "--resubmit is for --on slurm"),
        ({"on": "slurm", "workers": 3}, "--workers is for this machine; with --on slurm give --at-once 3"),
        ({"on": "pbs"}, "--on pbs is no engine. Choose one of: local, slurm, ray://HOST:PORT"),
    ],
)
def test_options_that_would_change_nothing_are_refused(call, options, message):
    with pytest.raises(UserError, match=message):
        call(**options)


def test_a_cell_is_called_by_its_methods_and_its_seed(tmp_path):
    study = load_study(write_study(tmp_path), "smoke")
    assert title_of(study, study.cells[2]) == "pca kmeans protonets seed 1"
