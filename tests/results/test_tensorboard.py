import sys
from pathlib import Path

import pytest

from tests.results.made_up import finished
from umeta.cache import Home
from umeta.results.finished_run import FinishedRun
from umeta.results.tensorboard import write_events
from umeta.runs import RunConfig, RunDirectory
from umeta.runs.pipeline import execute
from umeta.stage import UserError

RUN = finished(("linear", None, (5, 5)))
WORDS = ("dataset=digits", "budget=smoke", "learner=protonets", "learner.iterations=4", "learner.n_filters=8")


def test_events_need_a_package_and_say_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "tensorboardX", None)
    with pytest.raises(UserError, match=r"pip install .umeta\[tensorboard\]"):
        write_events([RUN], tmp_path)


def test_a_run_without_a_directory_has_its_test_accuracies_alone(tmp_path: Path):
    pytest.importorskip("tensorboardX")
    (folder,) = write_events([RUN], tmp_path)
    assert folder == tmp_path / "run" / "test"
    assert b"2way_1shot/linear" in b"".join(file.read_bytes() for file in folder.iterdir())


def test_the_curves_of_a_run_stand_in_a_folder_for_each_training(tmp_path: Path, shared_home: Home):
    pytest.importorskip("tensorboardX")
    directory: RunDirectory = execute(RunConfig.from_keys((*WORDS, "oracle=true", "seed=11")), shared_home)[0]
    run = FinishedRun.of(directory)
    assert run is not None
    folders = write_events([run], tmp_path)
    assert [folder.name for folder in folders] == ["CACTUs", "oracle", "test"]
    written = b"".join(file.read_bytes() for file in folders[0].iterdir())
    assert b"loss" in written
    assert b"accuracy" in written
