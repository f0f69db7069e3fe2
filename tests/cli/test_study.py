import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.cli.conftest import umeta
from tests.studies.small_studies import TINY, write_study
from umeta.cache import Home
from umeta.cli.study_tables import results_table
from umeta.results.study_rows import finished_cell
from umeta.studies.study import list_studies, load_study

pytestmark = pytest.mark.process


@pytest.fixture(scope="module")
def file(tmp_path_factory) -> str:
    return write_study(tmp_path_factory.mktemp("study"))


@pytest.fixture(scope="module")
def place(tmp_path_factory) -> Home:
    return Home(tmp_path_factory.mktemp("home"), ())


@pytest.fixture(scope="module")
def ran(place, file) -> subprocess.CompletedProcess[str]:
    return umeta(place, "study", file, "--budget", "smoke", "--json")


def test_a_study_prints_one_json_object_and_tells_each_cell_on_stderr(ran):
    assert ran.returncode == 0, ran.stderr
    found = json.loads(ran.stdout)
    assert (found["name"], found["budget"], found["cells"], found["finished"]) == ("tiny", "smoke", 4, 4)
    keys = {
        "method", "n_way", "n_shot", "n_query", "accuracy", "ci95", "n_tasks", "split", "seed", "bn",
        "cell", "dataset", "encoder", "partition", "learner", "seconds", "cpu_seconds", "run_id", "precomputed",
    }  # fmt: skip
    assert all(keys <= set(row) for row in found["rows"])
    assert len(found["rows"]) == 10
    assert "2/4 pca kmeans protonets seed 0: begins" in ran.stderr
    assert "2/4 pca kmeans protonets seed 0: finished 3w1s" in ran.stderr
    assert "Warning" not in ran.stderr


def test_the_comparisons_are_paired_by_seed_and_over_seeds(ran):
    first = json.loads(ran.stdout)["comparisons"][0]
    assert first["claim"] == "Clusters beat the embedding."
    assert set(first["by_seed"]) == {"0", "1"}
    mean = sum(one["difference"] for one in first["by_seed"].values()) / 2
    assert first["difference"] == pytest.approx(mean)
    assert (first["over"], first["over_seeds"]["n"], first["over_tasks"]["n_tasks"]) == ("seeds", 2, 12)


def test_show_prints_the_same_and_runs_nothing(ran, place, file):
    shown = umeta(place, "study", file, "--budget", "smoke", "--show", "--json")
    assert json.loads(shown.stdout) == json.loads(ran.stdout)
    assert shown.stderr == ""
    table = umeta(place, "study", file, "--budget", "smoke", "--show")
    assert "oracle-ProtoNets" in table.stdout
    assert "…" not in table.stdout
    assert "Clusters beat the embedding." in table.stdout
    part = umeta(place, "study", file, "--budget", "smoke", "--only", "learner=none", "--show", "--json")
    assert {row["method"] for row in json.loads(part.stdout)["rows"]} == {"nearest-neighbour", "prototypes"}


def test_exported_cells_are_found_beside_the_file(ran, place, tmp_path):
    path = write_study(tmp_path)
    folder = Path(path).parent / "cells"
    done = umeta(place, "study", path, "--budget", "smoke", "--export", str(folder))
    assert "4 of 4 cells are written" in done.stderr
    empty = Home(tmp_path / "empty", ())
    found = json.loads(umeta(empty, "study", path, "--budget", "smoke", "--json").stdout)
    assert (found["finished"], found["precomputed"]) == (4, 4)
    assert [row["accuracy"] for row in found["rows"]] == [
        row["accuracy"] for row in json.loads(ran.stdout)["rows"]
    ]
    assert found["comparisons"] == json.loads(ran.stdout)["comparisons"]


def test_the_studies_are_listed(place):
    rows = json.loads(umeta(place, "study", "--json").stdout)
    assert {row["name"] for row in rows} == set(list_studies())
    assert {row["budget"] for row in rows} == {"short", "paper"}
    assert all(set(row) >= {"title", "cells", "finished", "precomputed"} for row in rows)


def test_a_failing_cell_is_one_line_and_exit_status_1(tmp_path, place):
    bad = {"partition": {"name": "kmeans", "n_clusters": 5000}, "learner": "protonets", "baselines": []}
    failed = umeta(
        place, "study", write_study(tmp_path, grid=[bad, TINY["grid"][0]]), "--budget", "smoke", "--json"
    )
    assert failed.returncode == 1
    assert json.loads(failed.stdout)["finished"] == 1
    assert "failed: pca kmeans protonets seed 0: an option does not fit" in failed.stderr
    assert "Traceback" not in failed.stderr


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (
            ("nothing",),
            "study 'nothing' is not known. Choose one of: construction, frontier, frontier_grocery, frontier_lake",
        ),
        (("omniglot", "--budget", "smoke"), "has no budget=smoke; it has short, paper"),
        (("omniglot", "maml.steps=3"), "is not a known key. Valid keys: learner.name"),
        (("omniglot", "--only", "learner=anil"), "none of the 28 cells of study omniglot has learner=anil"),
        (("omniglot", "--stop"), "omniglot-short is unknown; there is nothing to cancel"),
    ],
)
def test_bad_input_is_one_line_and_exit_status_2(words, message, place):
    failed = umeta(place, "study", *words)
    assert failed.returncode == 2
    assert message in failed.stderr
    assert len(failed.stderr.strip().splitlines()) == 1


def is_training(home: Home) -> bool:
    """Return whether a step of a training was told."""
    return any(b'"loss"' in events.read_bytes() for events in home.runs.glob("*/events.jsonl"))


def test_ctrl_c_stops_it_and_it_goes_on(tmp_path, file):
    home = Home(tmp_path, ())
    words = [
        "study",
        file,
        "protonets.iterations=400",
        "--budget",
        "smoke",
        "--only",
        "seed=0,partition=kmeans",
    ]
    environment = {**os.environ, "UMETA_HOME": str(home.root)}
    process = subprocess.Popen(
        [sys.executable, "-m", "umeta", *words],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env=environment,
    )
    deadline = time.monotonic() + 120
    while not is_training(home) and time.monotonic() < deadline:
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130, said
    assert b"resume it to go on from its checkpoint" in said
    again = umeta(home, *words, "--json")
    assert again.returncode == 0, again.stderr
    assert json.loads(again.stdout)["finished"] == 1


def test_a_detached_part_of_a_study_is_stopped_without_its_words(tmp_path, file):
    home = Home(tmp_path, ())
    words = (
        "study",
        file,
        "protonets.iterations=4000",
        "--budget",
        "smoke",
        "--only",
        "seed=0,partition=kmeans",
    )
    begun = umeta(home, *words, "--detach")
    assert begun.returncode == 0, begun.stderr
    stopped = umeta(home, "study", file, "--budget", "smoke", "--stop")
    assert stopped.returncode == 0, stopped.stderr
    assert "is cancelled" in stopped.stderr
    again = umeta(home, "study", file, "--budget", "smoke", "--stop")
    assert (again.returncode, "there is nothing to cancel" in again.stderr) == (2, True)


@pytest.mark.parametrize("name", list_studies())
def test_no_cell_takes_the_place_of_another_in_the_table(name, tmp_path):
    study, home = load_study(name), Home(tmp_path, ())
    finished = [(cell, run) for cell in study.cells if (run := finished_cell(study, cell, home))]
    table = results_table(study, finished)
    numbers = [number for column in table.columns[1:] for number in column.cells if number]
    assert len(numbers) == sum(len(run.rows) for _, run in finished)
