"""Tests umeta.results.reload too."""

import json
from dataclasses import replace

import numpy as np

from umeta.evaluation import accuracy
from umeta.results.finished_run import FinishedRun
from umeta.runs import RunDirectory
from umeta.tasks import TestTasks


def test_a_run_is_read_with_the_answers_and_classes_behind_each_row(finished):
    found = FinishedRun.of(finished)
    assert found is not None
    assert (found.run_id, found.precomputed, found.directory) == (finished.run_id, False, finished)
    tasks = TestTasks.load(finished.path / "test_tasks" / "5way_1shot.safetensors").tasks
    for row in found.rows:
        correct, classes = found.correct(row), found.classes(row)
        assert correct is not None
        assert classes is not None
        assert accuracy(correct).mean == row.accuracy
        assert classes.shape == correct.shape[:2]
        np.testing.assert_array_equal(classes, tasks.clusters)
    assert found.seconds == sum(finished.result().seconds.values())


def test_a_row_on_the_first_tasks_has_the_classes_of_these(finished):
    found = FinishedRun.of(finished)
    assert found is not None
    few = replace(found.rows[0], n_tasks=7)
    classes = found.classes(few)
    assert classes is not None
    assert len(classes) == 7


def test_what_was_not_kept_is_none(finished, tmp_path):
    (tmp_path / "result.json").write_text(json.dumps(finished.result().to_json()))
    assert FinishedRun.of(RunDirectory(tmp_path)) is None  # of another run
    found = FinishedRun.of(RunDirectory(tmp_path), precomputed=True)
    assert found is not None
    assert found.precomputed
    assert found.correct(found.rows[0]) is None
    assert found.classes(found.rows[0]) is None
    assert FinishedRun.of(RunDirectory(tmp_path / "nothing")) is None
