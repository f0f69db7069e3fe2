"""Claims of a study whose cells have answers that are worked out by hand."""

import json
from pathlib import Path

import numpy as np
import pytest

from tests.results.made_up import method_called
from tests.studies.small_studies import write_study
from umeta.cache import Home
from umeta.results.cell_files import export_cells
from umeta.results.claims import findings
from umeta.results.finished_run import FinishedRun
from umeta.runs.result import ResultRow, RunResult
from umeta.stage import content_hash
from umeta.studies.study import load_study

SHARES = {
    "nearest-neighbour": 0.4,
    "prototypes": 0.5,
    "CACTUs-ProtoNets": {0: 0.6, 1: 0.8},
    "oracle-ProtoNets": 0.9,
}
METHODS = {
    "random": ("nearest-neighbour", "prototypes"),
    "kmeans": ("CACTUs-ProtoNets",),
    "oracle": ("oracle-ProtoNets",),
}


class RecordByAccuracy:
    """Of 10 queries a class the first ones are right; every task has classes of its own."""

    def correct(self, row: ResultRow) -> np.ndarray:
        right = np.zeros((row.n_tasks, row.n_way, row.n_query), bool)
        right[:, :, : round(row.accuracy * row.n_query)] = True
        return right

    def classes(self, row: ResultRow) -> np.ndarray:
        return np.arange(row.n_tasks * row.n_way).reshape(row.n_tasks, row.n_way)


@pytest.fixture
def study(tmp_path: Path):
    path = write_study(tmp_path)
    study = load_study(path, "smoke", ["test.n_query=10", "test.n_tasks=6"])
    made = []
    for cell in study.cells:
        rows = []
        for method in METHODS[cell.partition.name]:
            share = SHARES[method]
            accuracy = share[cell.seed] if isinstance(share, dict) else share
            row = ResultRow(
                method=method_called(method, encoder=cell.encoder.name),
                n_way=3,
                n_shot=1,
                n_query=10,
                accuracy=accuracy,
                ci95=0.0,
                ci95_classes=0.0,
                n_tasks=6,
                split="meta_test",
                seed=cell.seed,
                transductive=False,
                label_use="none",
                tasks_hash="t",
            )
            rows.append(row)
        result = RunResult(cell.run_id, cell.model_dump(mode="json"), "t", {}, {}, "none", tuple(rows))
        made.append((cell, FinishedRun(result, RecordByAccuracy())))
    export_cells(made, study.shipped.parent, "smoke")
    return study


def test_a_claim_is_the_paired_difference_over_training_seeds(study, tmp_path):
    first, second = findings(study, Home(tmp_path / "empty", ()))
    # against prototypes, the better of the two baselines: 0.6 - 0.5 and 0.8 - 0.5
    assert first.claim == "Clusters beat the embedding."
    assert first.difference.b.method.name == "prototypes"
    assert first.difference.mean == pytest.approx(0.2)
    assert {seed: round(one.mean, 6) for seed, one in first.by_seed.items()} == {0: 0.1, 1: 0.3}
    assert first.difference.seeds is not None
    assert first.difference.seeds.ci95 == pytest.approx(12.706 * 0.1, rel=1e-3)  # t of 1 degree · 0.1414 / √2
    # the oracle has seed 0 alone: 0.9 - 0.6
    assert second.difference.mean == pytest.approx(0.3)
    assert second.by_seed == {}
    data = second.as_data()
    assert (data["over"], data["n_way"], data["over_tasks"]["n_tasks"]) == ("tasks", 3, 6)


def test_a_claim_whose_cells_are_not_finished_is_left_out(study, tmp_path):
    for file in study.shipped.glob("*oracle*"):
        file.unlink()
    claims = [one.claim for one in findings(study, Home(tmp_path / "empty", ()))]
    assert claims == ["Clusters beat the embedding."]


def test_no_claim_is_about_a_method_that_sees_queries_together_and_one_that_does_not(study, tmp_path):
    (file,) = study.shipped.glob("*random*")
    cell = json.loads(file.read_text())
    del cell["hash"]
    for row in cell["results"]:
        row["transductive"] = row["method"] == "prototypes"
    file.write_text(json.dumps({**cell, "hash": content_hash(cell)}))
    first, *_ = findings(study, Home(tmp_path / "empty", ()))
    assert first.difference.b.method.name == "nearest-neighbour"  # the better one is not like the learner


def test_a_sentence_between_runs_names_the_encoder_of_a_baseline(tmp_path: Path):
    said = {one.claim: one.as_data()["words"] for one in findings(load_study("frontier"), Home(tmp_path, ()))}
    against_oracle = said["ProtoNets on true classes beat the recipe."]
    assert against_oracle.startswith("oracle-ProtoNets (running BN) beats prototypes · mutual-neighbours by ")
    views = said["Views at test help the recipe."]
    assert "· mutual-neighbours, encoder.test_views=8 beats prototypes · mutual-neighbours by " in views
