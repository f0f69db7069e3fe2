"""Tests umeta.results.cell_files, umeta.results.study_rows, umeta.studies.directory, umeta.studies.processes and
umeta.studies.worker too.
"""

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file

from tests.studies.small_studies import TINY, write_study
from umeta.cache import Home
from umeta.results.cell_files import export_cells, pack, unpack
from umeta.results.study_rows import finished_cell, rows_of
from umeta.runs.processes import cancel
from umeta.runs.queue import QUEUE, turn
from umeta.stage import Cancelled, Step, UserError, ignore_step
from umeta.studies.cells import directory_of, execute_study, state_of
from umeta.studies.directory import StudyDirectory, StudyOrder
from umeta.studies.processes import launch_study
from umeta.studies.study import CELLS, Study, load_study
from umeta.studies.worker import _execute_cells

pytestmark = pytest.mark.process


@pytest.fixture(scope="module")
def file(tmp_path_factory) -> str:
    return write_study(tmp_path_factory.mktemp("file"))


@pytest.fixture(scope="module")
def done(tmp_path_factory, file) -> tuple[Study, Home]:
    """The finished tiny study."""
    study, home = load_study(file, "smoke"), Home(tmp_path_factory.mktemp("done"), ())
    assert execute_study(study, home) == []
    return study, home


def wait_for(directory: StudyDirectory, *states: str, seconds: float = 120) -> None:
    deadline = time.monotonic() + seconds
    while directory.status().state not in states:
        log = directory.path / "run.log"
        assert time.monotonic() < deadline, (directory.status(), log.read_text() if log.exists() else "")
        time.sleep(0.05)


def wait_until_trains(study: Study, home: Home, seconds: float = 120) -> None:
    """Wait until a cell of the study is in its training."""
    deadline = time.monotonic() + seconds
    while not any(directory_of(cell, home).status().stage == "train" for cell in study.cells):
        assert time.monotonic() < deadline, [state_of(study, cell, home) for cell in study.cells]
        time.sleep(0.02)


def test_every_cell_gets_its_rows_and_each_says_what_it_is(done):
    study, home = done
    rows = rows_of(study, home)
    assert [(row["method"], row["n_way"], row["seed"]) for row in rows] == [
        ("nearest-neighbour", 3, 0), ("prototypes", 3, 0), ("nearest-neighbour", 5, 0), ("prototypes", 5, 0),
        ("CACTUs-ProtoNets", 3, 0), ("CACTUs-ProtoNets", 5, 0),
        ("CACTUs-ProtoNets", 3, 1), ("CACTUs-ProtoNets", 5, 1),
        ("oracle-ProtoNets", 3, 0), ("oracle-ProtoNets", 5, 0),
    ]  # fmt: skip
    keys = {
        "dataset",
        "encoder",
        "partition",
        "learner",
        "seed",
        "seconds",
        "cpu_seconds",
        "run_id",
        "precomputed",
        "label_use",
    }
    assert all(keys < set(row) for row in rows)
    assert {row["partition"] for row in rows if row["learner"] == "none"} == {None}
    assert {row["label_use"] for row in rows if row["method"].startswith("oracle")} == {"oracle"}
    assert len({(row["n_way"], row["tasks_hash"]) for row in rows}) == 2
    json.dumps(rows)


def test_finished_cells_are_skipped(done):
    study, home = done
    steps: list[Step] = []
    told = []
    assert execute_study(study, home, on_cell=told.append, on_step=steps.append) == []
    assert (steps, told) == ([], [])


def test_what_cells_share_is_made_once(done, file):
    """One encoder for all, no partition where nothing is trained; and other ways to judge, or to embed, train nothing
    anew that they do not change."""
    _, home = done
    kinds = {folder.name: len(list(folder.iterdir())) for folder in home.products.iterdir()}
    assert kinds == {"images": 1, "encoders": 1, "embeddings": 1, "partitions": 1, "learners": 3}
    oracle = "partition=oracle"
    other_test = load_study(file, "smoke", ["test.n_tasks=8"], only="learner=protonets")
    other_encoder = load_study(file, "smoke", ["encoder=pixels", "test.n_tasks=8"], only=oracle)
    for study in (other_test, other_encoder):
        steps: list[Step] = []
        assert execute_study(study, home, on_step=steps.append) == []
        assert not [step for step in steps if step.stage == "train"]
    assert len(list((home.products / "learners").iterdir())) == 3
    own = [row for row in rows_of(load_study(file, "smoke", only=oracle), home) if row["n_way"] == 5]
    others = [row for row in rows_of(other_encoder, home) if row["n_way"] == 5]
    assert own[0]["tasks_hash"] != others[0]["tasks_hash"]  # judged anew, on other tasks


def test_a_learner_from_the_cache_answers_as_the_one_just_trained(done, tmp_path):
    study, home = done
    (cell,) = (c for c in study.cells if c.partition.name == "oracle")
    again = load_study(write_study(tmp_path), "smoke", ["encoder=pixels"], only="partition=oracle")
    execute_study(again, home)  # the same tasks; the oracle is found
    old, new = finished_cell(study, cell, home), finished_cell(again, again.cells[0], home)
    assert old is not None
    assert new is not None
    assert old.run_id != new.run_id
    for row, other in zip(old.rows, new.rows, strict=True):
        assert row.tasks_hash == other.tasks_hash
        np.testing.assert_array_equal(old.correct(row), new.correct(other))


def test_a_failing_cell_is_recorded_and_the_others_go_on(tmp_path):
    bad = {"partition": {"name": "kmeans", "n_clusters": 5000}, "learner": "protonets", "baselines": []}
    study = load_study(write_study(tmp_path, grid=[bad, TINY["grid"][0]]), "smoke")
    home = Home(tmp_path / "home", ())
    (failure,) = execute_study(study, home)
    assert "partition.n_clusters=5000: tasks of 5 ways need" in failure.message
    assert [state_of(study, cell, home) for cell in study.cells] == ["waiting", "finished"]
    assert failure.cell == study.cells[0]


def test_stopped_it_goes_on_where_it_was_to_the_same_numbers(done, file, tmp_path):
    study, whole = done
    home = Home(tmp_path, ())

    def stop(step: Step) -> None:
        if step.stage == "train" and step.done == 2:
            raise Cancelled

    with pytest.raises(Cancelled):
        execute_study(study, home, on_step=stop)
    assert [state_of(study, cell, home) for cell in study.cells] == [
        "finished",
        "cancelled",
        "waiting",
        "waiting",
    ]
    assert execute_study(study, home) == []
    found, expected = ([without_seconds(row) for row in rows_of(study, place)] for place in (home, whole))
    assert found == expected


def without_seconds(row: dict) -> dict:
    return {key: value for key, value in row.items() if key not in ("seconds", "cpu_seconds")}


def test_killed_for_real_it_is_lost_and_goes_on_to_the_same_numbers(tmp_path, file):
    home = Home(tmp_path / "home", ())
    words = ("protonets.iterations=150",)
    order = StudyOrder(study=file, budget="smoke", words=words, only="learner=protonets,seed=0")
    study = order.load()
    directory = launch_study(order, home)
    wait_until_trains(study, home)
    assert launch_study(order, home).status().pid == directory.status().pid  # not started twice
    os.kill(directory.status().pid, signal.SIGKILL)
    wait_for(directory, "lost", seconds=10)
    assert state_of(study, study.cells[0], home) == "lost"
    launch_study(order, home)
    wait_for(directory, "finished")
    status = directory.status()
    assert (status.done, status.total) == (2, 2)
    fresh = Home(tmp_path / "fresh", ())
    execute_study(study, fresh)
    one, other = ([without_seconds(row) for row in rows_of(study, place)] for place in (home, fresh))
    assert one == other


def test_a_detached_study_is_stopped_and_says_how_far_it_is(tmp_path, file):
    home = Home(tmp_path, ())
    order = StudyOrder(
        study=file, budget="smoke", words=("protonets.iterations=100000",), label_use="revealed"
    )
    directory = launch_study(order, home)
    study = order.load()
    wait_until_trains(study, home)
    assert (directory.status().done, directory.status().total) == (1, 4)
    cancel(directory)
    assert directory.status().state == "cancelled"
    assert [state_of(study, cell, home) for cell in study.cells] == [
        "finished",
        "cancelled",
        "waiting",
        "waiting",
    ]
    assert {row["label_use"] for row in rows_of(study, home)} == {"revealed"}


def test_a_detached_study_with_a_failing_cell_says_so(tmp_path):
    bad = {"partition": {"name": "kmeans", "n_clusters": 5000}, "learner": "protonets", "baselines": []}
    home = Home(tmp_path / "home", ())
    directory = launch_study(StudyOrder(study=write_study(tmp_path, grid=[bad]), budget="smoke"), home)
    wait_for(directory, "failed")
    assert "n_clusters=5000: tasks of 5 ways need" in directory.status().message


def test_two_processes_share_a_study_and_no_cell_is_run_twice(tmp_path, file):
    code = (
        "import sys; from pathlib import Path; from umeta.cache import Home\n"
        "from umeta.studies.cells import execute_study; from umeta.studies.study import load_study\n"
        "study = load_study(sys.argv[1], 'smoke', ['protonets.iterations=60'])\n"
        "began = []\n"
        "failures = execute_study(study, Home(Path(sys.argv[2]), ()), on_cell=lambda cell: began.append(cell.run_id))\n"
        "print(len(failures), *dict.fromkeys(began))"
    )
    command = [sys.executable, "-c", code, file, str(tmp_path)]
    both = [
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(2)
    ]
    printed = [process.communicate(timeout=200) for process in both]
    assert [process.returncode for process in both] == [0, 0], printed
    words = [out.split() for out, _ in printed]
    assert [one[0] for one in words] == ["0", "0"]
    study = load_study(file, "smoke", ["protonets.iterations=60"])
    assert len(rows_of(study, Home(tmp_path, ()))) == 10


def test_exported_cells_are_precomputed_elsewhere(done, file, tmp_path):
    study, home = done
    path = write_study(tmp_path)
    beside = Path(path).parent / CELLS
    found = [one for cell in study.cells if (one := finished_cell(study, cell, home))]
    files = export_cells(zip(study.cells, found, strict=True), beside, "smoke")
    assert [path.stem for path in files] == [cell.run_id for cell in study.cells]
    elsewhere, empty = load_study(path, "smoke"), Home(tmp_path / "empty", ())
    assert {state_of(elsewhere, cell, empty) for cell in elsewhere.cells} == {"precomputed"}
    assert execute_study(elsewhere, empty) == []
    assert not empty.root.exists()
    for cell, own in zip(elsewhere.cells, found, strict=True):
        kept = finished_cell(elsewhere, cell, empty)
        assert kept is not None
        assert kept.precomputed
        assert not own.precomputed
        assert kept.result == own.result
        for row, own_row in zip(kept.rows, own.rows, strict=True):
            np.testing.assert_array_equal(kept.correct(row), own.correct(own_row))
            np.testing.assert_array_equal(kept.classes(row), own.classes(own_row))
    rows = rows_of(elsewhere, empty)
    assert all(row["precomputed"] for row in rows)
    assert not any("answers" in row for row in rows)
    anew = replace(elsewhere, cells=elsewhere.cells[:1])
    execute_study(anew, empty, anew=True)
    assert state_of(anew, anew.cells[0], empty) == "finished"


def test_a_cell_is_exported_as_its_study_names_it_without_the_paths_of_the_machine_that_ran_it(
    done, tmp_path
):
    study, home = done
    cell, found = study.cells[0], finished_cell(study, study.cells[0], home)
    assert found is not None
    config = dict(found.result.config)
    config["dataset"] = {**config["dataset"], "name": "folder:/home/me/photos", "content": "f95cc3ae2880a7b9"}
    elsewhere = replace(found, result=replace(found.result, run_id="photos-0123456789", config=config))
    (file,) = export_cells([(cell, elsewhere)], tmp_path, "smoke")
    written = json.loads(file.read_text())
    assert "/home/me" not in file.read_text()
    assert (written["run_id"], file.stem) == (cell.run_id, cell.run_id)
    assert written["config"] == cell.model_dump(mode="json")


def test_a_method_that_answered_fewer_tasks_does_not_shorten_the_list_of_the_others(done, tmp_path):
    study, home = done
    found = finished_cell(study, study.cells[0], home)
    assert found is not None
    (row,) = found.rows[:1]
    answered = {"all": row, "few": replace(row, n_tasks=1)}
    for first, second in (("all", "few"), ("few", "all")):
        folder = tmp_path / first
        cut = [
            (study.cells[0], replace(found, result=replace(found.result, rows=(answered[name],))))
            for name in (first, second)
        ]
        export_cells(cut, folder, "smoke")
        classes = load_file(folder / "tasks.safetensors")[row.tasks_hash]
        np.testing.assert_array_equal(classes, found.classes(row))


def test_a_cell_of_another_device_counts_and_one_of_other_options_does_not(done, tmp_path):
    study, home = done
    path = write_study(tmp_path)
    found = finished_cell(study, study.cells[0], home)
    assert found is not None
    export_cells([(study.cells[0], found)], Path(path).parent / CELLS, "smoke")
    other = load_study(path, "smoke")
    elsewhere = replace(
        other, cells=tuple(cell.model_copy(update={"device": "cuda"}) for cell in other.cells)
    )
    empty = Home(tmp_path / "empty", ())
    assert [state_of(elsewhere, cell, empty) for cell in elsewhere.cells][:2] == ["precomputed", "waiting"]
    changed = load_study(path, "smoke", ["test.seed=3"])
    assert state_of(changed, changed.cells[0], empty) == "waiting"


def test_a_changed_file_of_a_cell_is_refused(done, tmp_path):
    study, home = done
    path = write_study(tmp_path)
    found = finished_cell(study, study.cells[0], home)
    assert found is not None
    (file,) = export_cells([(study.cells[0], found)], Path(path).parent / CELLS, "smoke")
    cell = json.loads(file.read_text())
    cell["results"][0]["accuracy"] = 0.99
    file.write_text(json.dumps(cell))
    other = load_study(path, "smoke")
    with pytest.raises(UserError, match="was changed after it was written; remove it, or export it again"):
        finished_cell(other, other.cells[0], Home(tmp_path / "empty", ()))
    file.write_text("{")
    with pytest.raises(UserError, match="is no finished cell"):
        finished_cell(other, other.cells[0], Home(tmp_path / "empty", ()))


def test_answers_are_packed_a_bit_each():
    correct = np.random.default_rng(0).random((7, 3, 5)) < 0.7
    np.testing.assert_array_equal(unpack(pack(correct), (7, 3, 5)), correct)
    assert len(pack(np.ones((1000, 20, 5), bool))) < 100


def test_the_same_order_has_the_same_directory_and_another_part_its_own(tmp_path, file):
    home = Home(tmp_path, ())
    assert StudyDirectory.of(StudyOrder(study="omniglot"), home).path.name == "omniglot-short"
    paper = StudyOrder(study="omniglot", budget="paper", label_use="revealed")
    assert StudyDirectory.of(paper, home).path.name == "omniglot-paper"
    part = StudyDirectory.of(StudyOrder(study="omniglot", only="learner=maml"), home).path.name
    assert part.startswith("omniglot-short-")
    own = StudyDirectory.of(StudyOrder(study=file, budget="smoke"), home).path.name
    assert own.startswith("tiny-smoke-")
    with pytest.raises(UserError, match="start the study again"):
        StudyDirectory(tmp_path / "nothing").order()


def test_a_study_waits_for_its_turn_with_each_cell_and_says_so(file: str, home: Home, monkeypatch):
    monkeypatch.setenv("UMETA_HOME", str(home.root))
    order = StudyOrder(study=file, budget="smoke")
    study, directory, seen = order.load(), StudyDirectory.create(order, home), list[tuple[str, ...]]()
    with ExitStack() as held:
        held.enter_context(turn(home.runs / "other", "cpu", home, ignore_step))

        def look(step: Step) -> None:
            cells = [state_of(study, cell, home) for cell in study.cells]
            if cells[0] == "finished":
                raise Cancelled
            seen.append((step.stage, directory.status().state, cells[0]))
            if [stage for stage, *_ in seen].count(QUEUE) == 2:
                held.close()

        with pytest.raises(Cancelled):
            _execute_cells(directory.path, look)
    assert [said for said in seen if said[0] == QUEUE] == [
        (QUEUE, "running", "queued"),  # the step is what the study's status is made of
        (QUEUE, "queued", "queued"),
    ]
    assert seen[-1][1:] == ("running", "running")
    assert directory.status().state == "cancelled"
