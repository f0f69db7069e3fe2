import json
import time

import numpy as np
import pytest
from PIL import Image

from umeta.runs import RunDirectory
from umeta.runs.recorder import Recorder
from umeta.stage import Step


def test_the_latest_picture_is_kept_and_passed_on(tmp_path):
    run, passed = RunDirectory(tmp_path), []
    record = Recorder(run, passed.append)
    record(Step("encoder", 1, 3, {"loss": 2.0}, picture=np.zeros((4, 6), np.uint8)))
    record(Step("encoder", 2, 3, {"loss": 1.0}, picture=np.full((4, 6, 3), 9, np.uint8)))
    record(Step("encoder", 3, 3))
    assert (np.asarray(Image.open(run.picture_file)) == 9).all()
    assert [step.done for step in passed] == [1, 2, 3]
    assert run.status().done == 3


def test_events_of_one_stage_are_thinned_but_the_last_is_kept(tmp_path):
    run = RunDirectory(tmp_path)
    record = Recorder(run, lambda step: None)
    for done in range(1, 501):
        record(Step("train", done, 500, {"loss": 1.0}))
    done = [event["done"] for event in run.events()[0]]
    assert done[0] == 1
    assert done[-1] == 500
    assert len(done) < 100


def test_waiting_counts_as_seconds_but_not_as_those_of_the_processor(tmp_path):
    record = Recorder(RunDirectory(tmp_path), lambda step: None)
    for _ in range(2):
        with record.stage("encoder"):
            time.sleep(0.1)
    assert record.seconds["encoder"] >= 0.2
    assert record.cpu_seconds["encoder"] < 0.1


def test_a_run_that_goes_on_after_an_error_goes_on_counting(tmp_path):
    run = RunDirectory(tmp_path)
    record = Recorder(run, lambda step: None)

    def breaks() -> None:
        with record.stage("train CACTUs"):
            time.sleep(0.1)
            raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        breaks()
    again = Recorder(run, lambda step: None)
    with again.stage("train CACTUs"):
        time.sleep(0.1)
    assert again.seconds["train CACTUs"] >= 0.2
    assert again.cpu_seconds["train CACTUs"] < 0.1


def test_what_was_spent_is_written_while_a_stage_goes_on(tmp_path, monkeypatch):
    monkeypatch.setattr("umeta.runs.recorder.SPENT_SECONDS", 0.0)
    run = RunDirectory(tmp_path)
    record = Recorder(run, lambda step: None)
    with record.stage("encoder"):
        time.sleep(0.05)
        record(Step("encoder", 1, 10))
        assert json.loads(run.spent_file.read_text())["seconds"]["encoder"] >= 0.05  # were it killed now
        time.sleep(0.05)
    assert 0.1 <= record.seconds["encoder"] < 1
