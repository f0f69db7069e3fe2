from pathlib import Path

import pytest

from tests.studies.engines import fake_slurm
from tests.studies.small_studies import write_study
from tests.ui.conftest import OpenPage
from umeta.cache import Home
from umeta.stage import UserError
from umeta.studies.batches import batches_of
from umeta.studies.directory import StudyOrder
from umeta.studies.resources import Resources, save_profile
from umeta.ui.train import study_engine
from umeta.ui.train.study_engine import StudyEngine


def test_a_study_is_handed_to_slurm_with_a_saved_profile(
    open_page: OpenPage, empty_home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    fake = fake_slurm.install(tmp_path / "fake", monkeypatch)
    save_profile("slurm", Resources(partition="gpu", time="4:00:00", gpus=1), empty_home)
    app = open_page("train").segmented_control(key="study_budget").set_value("paper").run()
    assert app.segmented_control(key="study engine").options[:2] == ["This machine", "SLURM"]
    app.segmented_control(key="study engine").set_value("slurm").run()
    assert app.selectbox(key="profile of slurm").value == "slurm"
    app.button(key="start construction").click().run()
    assert not app.exception
    assert not app.error
    (batch,) = batches_of(empty_home)
    assert batch.record.resources == Resources(partition="gpu", time="4:00:00", gpus=1)
    assert batch.cell(0).device == "cuda"
    assert "#SBATCH --partition=gpu\n" in (fake / f"{batch.record.job}.sh").read_text()


def test_visitors_choose_no_engine_and_where_there_is_none_nothing_is_drawn(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(study_engine, "find_spec", lambda name: None)
    monkeypatch.setattr(study_engine.shutil, "which", lambda name: None)
    assert study_engine.draw_engine(home) == StudyEngine()
    monkeypatch.setattr(study_engine.shutil, "which", lambda name: "/usr/bin/sbatch")
    monkeypatch.setenv("UMETA_ACCESS", "limited")
    assert study_engine.draw_engine(home) == StudyEngine()


def test_an_address_is_asked_for(home: Home, tmp_path: Path):
    order = StudyOrder(study=write_study(tmp_path), budget="smoke")
    with pytest.raises(UserError, match="Give the cluster's address, ray://HOST:PORT"):
        StudyEngine(study_engine._ray_address(" ")).start(order, home)
    assert (
        study_engine._ray_address("ray://head:10001 ")
        == study_engine._ray_address("head:10001")
        == "ray://head:10001"
    )
