"""Tests umeta.__main__, umeta.cli.runs and umeta.cli.printing too."""

import json
import re
import subprocess

import pytest

from tests.cli.conftest import umeta
from umeta.cache import Home

pytestmark = pytest.mark.process

SMOKE = (
    "dataset=digits", "budget=smoke", "encoder=pca", "encoder.dim=8", "learner.iterations=2", "learner.n_filters=8",
    "test.n_tasks=4",
)  # fmt: skip


@pytest.fixture(scope="module")
def ran(shared_home: Home) -> subprocess.CompletedProcess[str]:
    return umeta(shared_home, "run", *SMOKE, "--json")


def test_run_prints_one_json_object_and_keeps_progress_off_stdout(ran):
    assert ran.returncode == 0, ran.stderr
    result = json.loads(ran.stdout)
    assert set(result) >= {"run_id", "config", "tasks_hash", "seconds", "cpu_seconds", "label_use", "results"}
    assert set(result["results"][0]) >= {
        "method", "n_way", "n_shot", "n_query", "accuracy", "ci95", "n_tasks", "split", "seed", "bn",
    }  # fmt: skip
    assert result["config"]["partition"]["n_clusters"] is not None
    assert "Warning" not in ran.stderr


def test_results_and_show_know_the_run(ran, shared_home):
    run_id = json.loads(ran.stdout)["run_id"]
    listed = json.loads(umeta(shared_home, "results", "--json").stdout)
    assert run_id in [row["run_id"] for row in listed]
    assert json.loads(umeta(shared_home, "show", run_id, "--json").stdout) == json.loads(ran.stdout)
    assert "CACTUs-ProtoNets" in umeta(shared_home, "show", run_id).stdout


def test_an_iterated_run_shows_its_rounds(shared_home):
    keys = ("task.n_query=5", "source.rounds=2", "baselines=")
    ran = umeta(shared_home, "run", *SMOKE, *keys)
    assert ran.returncode == 0, ran.stderr
    assert "rounds (by true classes, which training does not see)" in ran.stdout
    assert "purity %" in ran.stdout


def test_a_config_file_with_a_key_over_it(ran, shared_home, tmp_path):
    config = json.loads(ran.stdout)["config"]
    path = tmp_path / "run.yaml"
    path.write_text(json.dumps({**config, "seed": 5}))  # JSON is YAML
    again = umeta(shared_home, "run", str(path), "seed=0", "--json")
    assert json.loads(again.stdout)["run_id"] == json.loads(ran.stdout)["run_id"]


def test_a_detached_run_returns_at_once_and_can_be_cancelled(shared_home):
    keys = (
        *(word for word in SMOKE if "iterations" not in word),
        "learner.iterations=1000000",
        "--detach",
        "--json",
    )
    started = umeta(shared_home, "run", *keys)
    run_id = json.loads(started.stdout)["run_id"]
    cancelled = umeta(shared_home, "cancel", run_id)
    assert "is cancelled" in cancelled.stderr
    assert json.loads(umeta(shared_home, "show", run_id, "--json").stdout)["state"] == "cancelled"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (
            ("run", "dataset=nothing"),
            "dataset='nothing' is not known. Choose one of: glyphs, digits, omniglot",
        ),
        (("run", "learner.steps=3"), "learner.steps is not a known key. Valid keys: learner.name"),
        (("run", "dataset=digits", "device=tpu"), "device='tpu'"),
        (("run", "missing.yaml"), "there is no file missing.yaml."),
        (
            ("run", "digits"),
            "digits is neither key=value nor a config file. For a data set: dataset=digits, as in umeta run",
        ),
        (
            ("export", "--static", "folder", "map", "dataset=digits", "--projection", "foo"),
            "--projection foo is not known. Choose one of: ",
        ),
        (("study", "omniglot", "--on", "slurm", "--gpus", "-1"), "gpus=-1: "),
        (
            ("run", "dataset=digits", "partition.n_clusters=5000"),
            "partition.n_clusters=5000: tasks of 5 ways need",
        ),
        (("run", "dataset=digits", "partition.n_clusters=4", "task.n_way=5"), "26 fits"),
        (("run", "dataset=digits", "test.n_way=11", "budget=smoke"), "has 10 classes"),
        (("show", "nothing"), "no run's id begins or ends with 'nothing'. Runs here: "),
        (("datasets", "download", "digits"), "has no download"),
    ],
)
def test_bad_input_is_one_line_and_exit_status_2(words, message, home):
    failed = umeta(home, *words)
    assert failed.returncode == 2
    assert message in failed.stderr
    assert "Traceback" not in failed.stderr
    assert len(failed.stderr.strip().splitlines()) == 1


def test_missing_omniglot_says_how_to_get_it(home, tmp_path):
    failed = umeta(home, "run", "dataset=omniglot", data=str(tmp_path))
    assert failed.returncode == 2
    assert "umeta datasets download omniglot" in failed.stderr
    assert "UMETA_DATA" in failed.stderr


def test_datasets_and_methods_are_listed_as_data(home):
    names = [row["name"] for row in json.loads(umeta(home, "datasets", "--json").stdout)]
    assert names[:3] == ["glyphs", "digits", "omniglot"]
    methods = json.loads(umeta(home, "methods", "--json").stdout)
    sections = {"dataset", "encoder", "partition", "source", "learner", "baselines"}
    assert {row["section"] for row in methods} == sections
    kmeans = next(row for row in methods if row["name"] == "kmeans")
    assert kmeans["options"]["n_partitions"] == 1


def test_a_filter_that_no_run_matches_says_so(shared_home):
    listed = umeta(shared_home, "results", "sead=3")
    assert listed.returncode == 0
    assert re.search(r"none of the [\d,]+ runs? here matches sead=3\.", listed.stderr)


def test_data_is_printed_for_people_too(home):
    assert "Omniglot" in umeta(home, "datasets").stdout
    assert "kmeans" in umeta(home, "methods").stdout
    assert umeta(home, "results").returncode == 0
