"""The API as a script uses it; its three modules are tested together, since each is only used through the next.

Tests umeta.api.arguments, umeta.api.embedding, umeta.api.training and umeta.api.evaluation too.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest

import umeta
from umeta.api import Evaluation
from umeta.cache import Home
from umeta.stage import UserError

pytestmark = pytest.mark.lengthy

DATA: dict[str, Any] = {"n_classes": 60, "n_alphabets": 6}
LEARNER: dict[str, Any] = {"n_way": 5, "n_shot": 1, "n_query": 5, "iterations": 10, "n_filters": 8}
TEST: dict[str, Any] = {"n_way": 5, "n_shot": (1, 5), "n_tasks": 20}
AS_COMMAND = [
    *("dataset=glyphs", "dataset.n_classes=60", "dataset.n_alphabets=6"),
    *("encoder=pca", "encoder.dim=16"),
    *("partition.n_clusters=20", "partition.n_partitions=2", "learner=protonets", "learner.iterations=10"),
    *("learner.n_filters=8", "task.n_way=5", "task.n_shot=1", "task.n_query=5", "oracle=true"),
    *("test.n_way=5", "test.n_shot=1,5", "test.n_tasks=20"),
]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The home of this module's scripts."""
    root = tmp_path_factory.mktemp("api")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("UMETA_HOME", str(root))
        yield root


@pytest.fixture(scope="module")
def data(home: Path) -> umeta.api.Data:
    return umeta.load("glyphs", **DATA)


@pytest.fixture(scope="module")
def embedding(data: umeta.api.Data) -> umeta.api.EmbeddedData:
    return umeta.embed(data, "pca", dim=16)


@pytest.fixture(scope="module")
def partitions(embedding: umeta.api.EmbeddedData) -> umeta.api.PartitionedData:
    return umeta.partition(embedding, "kmeans", n_clusters=20, n_partitions=2)


@pytest.fixture(scope="module")
def learner(partitions: umeta.api.PartitionedData) -> umeta.api.TrainedLearner:
    return umeta.train(partitions, "protonets", **LEARNER)


@pytest.fixture(scope="module")
def evaluation(embedding: umeta.api.EmbeddedData, learner: umeta.api.TrainedLearner) -> Evaluation:
    oracle = umeta.train(umeta.partition(embedding, "oracle"), "protonets", **LEARNER)
    return umeta.evaluate([learner, oracle, *embedding.baselines()], **TEST)


def test_each_step_returns_what_it_made(
    data: umeta.api.Data, embedding: umeta.api.EmbeddedData, partitions: umeta.api.PartitionedData
) -> None:
    assert data.images.images.dtype == np.uint8
    assert embedding.vectors.shape == (len(data.images), 16)
    assert partitions.clusters.shape == (2, len(data.images))
    outside = np.setdiff1d(np.arange(len(data.images)), data.meta_train)
    assert (partitions.clusters[:, outside] == -1).all()


def test_the_same_settings_give_the_numbers_and_the_products_of_the_command_line(
    evaluation: Evaluation, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UMETA_HOME", str(tmp_path))  # a home of its own, in which nothing can be found
    command = [sys.executable, "-m", "umeta", "run", *AS_COMMAND, "--json"]
    printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    rows = {(row["method"], row["n_shot"]): row for row in json.loads(printed)["results"]}
    assert len(rows) == 10
    assert {(row["method"], row["n_shot"]) for row in evaluation.rows} == rows.keys()
    for row in evaluation.rows:
        other = rows[row["method"], row["n_shot"]]
        for key in ("accuracy", "ci95", "n_tasks", "split", "seed", "bn", "tasks_hash", "label_use"):
            assert row[key] == other[key], (row["method"], key)
    assert _products(tmp_path) <= _products(home)  # by their hashes: in one home each would find the other's


def test_what_was_trained_and_judged_before_is_found_again(
    evaluation: Evaluation, embedding: umeta.api.EmbeddedData, partitions: umeta.api.PartitionedData
) -> None:
    steps = []
    learner = umeta.train(partitions, "protonets", **LEARNER, on_step=steps.append)
    again = umeta.evaluate([learner, *embedding.baselines()], **TEST, on_step=steps.append)
    assert steps == []
    assert [run.run_id for run in again.runs] == [evaluation.runs[0].run_id, evaluation.runs[2].run_id]


def test_the_table_has_a_line_for_each_method_and_setting_the_best_first(evaluation: Evaluation) -> None:
    table = evaluation.table()
    assert len(table) == len(evaluation.rows) == 10
    one_shot = table[table["shot"] == 1]
    assert list(one_shot["accuracy %"]) == sorted(one_shot["accuracy %"], reverse=True)
    assert {"method", "± tasks", "chance %", "tasks hash"} <= set(table.columns)


def test_the_chart_shows_intervals_chance_and_the_oracle(evaluation: Evaluation) -> None:
    figure = evaluation.chart()
    assert isinstance(figure, go.Figure)
    drawn = figure.to_plotly_json()
    assert any(trace.get("error_x", {}).get("array") is not None for trace in drawn["data"])
    assert any("chance 20%" in note["text"] for note in drawn["layout"]["annotations"])
    assert any("oracle" in trace["name"] for trace in drawn["data"])


def test_differences_are_paired_with_the_best_baseline_or_a_named_method(evaluation: Evaluation) -> None:
    found = evaluation.differences()
    assert len(found) == 8
    assert set(found["minus"]) <= {"nearest-neighbour", "linear", "prototypes"}
    assert set(evaluation.differences("linear")["minus"]) == {"linear"}
    with pytest.raises(UserError, match=r"no method called 'svm' was evaluated. Choose one of: .*linear"):
        evaluation.differences("svm")


def test_a_source_that_needs_no_clusters_takes_the_data(data: umeta.api.Data) -> None:
    learner = umeta.train(data, "protonets", source="umtra", n_way=5, iterations=2, n_filters=8)
    (row,) = umeta.evaluate(learner, n_tasks=10).rows
    assert row["method"] == "UMTRA-ProtoNets"


def test_a_learner_on_clusters_needs_clusters(data: umeta.api.Data) -> None:
    with pytest.raises(
        UserError, match="source=partition draws tasks from clusters, and umeta.train got images"
    ):
        umeta.train(data, "protonets", iterations=1)


WRONG_ORDER = """
import umeta
data = umeta.load("digits")
embedding = umeta.embed(data, "pca", dim=8)
partitions = umeta.partition(embedding, "kmeans")
for step in (
    lambda: umeta.embed("omniglot", "pca"),
    lambda: umeta.partition(data, "kmeans"),
    lambda: umeta.train(embedding, "maml"),
    lambda: umeta.evaluate(partitions),
    lambda: umeta.evaluate([]),
):
    try:
        step()
    except ValueError as error:
        print(error)
"""


def test_steps_in_the_wrong_order_say_what_comes_before(home: Path) -> None:
    command = [sys.executable, "-c", WRONG_ORDER]  # a process of its own, where annotations are not checked
    printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    assert printed == [
        "umeta.embed takes what umeta.load(…) returns, and got 'omniglot'.",
        "umeta.partition takes what umeta.embed(…) returns, and got a value of type Data.",
        "umeta.train takes what umeta.partition(…) returns, and got a value of type EmbeddedData.",
        "umeta.evaluate takes what umeta.train(…) or embedding.baselines() returns, and got a value of type "
        "PartitionedData.",
        "umeta.evaluate got no methods; give it what umeta.train(…) or embedding.baselines() returns.",
    ]


def test_methods_of_other_data_are_not_compared(
    embedding: umeta.api.EmbeddedData, learner: umeta.api.TrainedLearner
) -> None:
    other = umeta.embed(umeta.load("glyphs", **DATA, split_seed=1), "pca", dim=16)
    with pytest.raises(UserError, match=r"one data set and split; here are dataset.split_seed=0 and 1"):
        umeta.evaluate([learner, *other.baselines("linear")])


def test_unknown_names_and_options_list_the_valid_ones(data: umeta.api.Data) -> None:
    with pytest.raises(UserError, match="dataset='letters' is not known. Choose one of: glyphs"):
        umeta.load("letters")
    with pytest.raises(UserError, match=r"encoder.dims is not a known key. Valid keys: .*encoder.dim"):
        umeta.embed(data, "pca", dims=3)


def test_there_is_no_other_name() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'cluster'"):
        umeta.cluster  # type: ignore[attr-defined]  # noqa: B018


def _products(home: Path) -> set[tuple[str, str]]:
    return {(path.parent.name, path.name) for path in Home(home, ()).products.glob("*/*")}
