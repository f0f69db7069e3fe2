"""Tests umeta.runs.baseline_solvers, umeta.runs.context, umeta.runs.judging, umeta.runs.products and
umeta.runs.trained_products too."""

import json
from dataclasses import replace

import numpy as np
import pytest
import torch
from safetensors.numpy import load_file

from tests.small_runs import small
from umeta.cache import Home
from umeta.data import Attribute, Dataset
from umeta.evaluation import accuracy, evaluate, over_classes
from umeta.results.finished_run import DirectoryRecord, FinishedRun
from umeta.results.reload import tasks_of
from umeta.runs import RunConfig, RunDirectory, products
from umeta.runs.pipeline import execute, prepare
from umeta.stage import Cancelled, Step, UserError
from umeta.tasks import TestTasks

pytestmark = pytest.mark.lengthy

CPU = torch.device("cpu")
SCRATCH = "baselines=nearest-neighbour,linear,prototypes,scratch"


def test_every_method_is_judged_on_the_same_tasks(finished):
    rows = finished.result().rows
    assert [row.method.name for row in rows] == [
        "CACTUs-ProtoNets", "oracle-ProtoNets", "nearest-neighbour", "linear", "prototypes",
    ]  # fmt: skip
    assert {row.tasks_hash for row in rows} == {finished.result().tasks_hash}
    for row in rows:
        assert (row.n_way, row.n_shot, row.n_query, row.n_tasks) == (5, 1, 5, 20)
        assert 0 < row.accuracy <= 1
        assert row.split == "meta_test"
        assert row.seed == 0
        assert row.method.batch_norm == ("running" if "ProtoNets" in row.method.name else None)
    assert finished.result().made_with["threads"] == torch.get_num_threads()
    json.dumps(finished.result().to_json())


def test_the_result_says_which_embedding_it_was_made_with(finished, finished_home):
    config = finished.config()
    embedding = products.embed(config.dataset.load(finished_home), config.encoder, finished_home, device=CPU)
    assert finished.result().made_with["embedding"] == embedding.fingerprint


def test_each_number_can_be_traced_to_saved_answers(finished):
    correct = load_file(finished.path / "correct.safetensors")
    for row in finished.result().rows:
        answers = correct[f"{row.method.name}/{row.method.batch_norm}/5way_1shot"].astype(bool)
        assert accuracy(answers).mean == row.accuracy
    tasks = TestTasks.load(finished.path / "test_tasks" / "5way_1shot.safetensors")
    assert tasks.hash == finished.result().tasks_hash


@pytest.mark.parametrize(
    ("source", "method"), [("umtra", "UMTRA-ProtoNets"), ("protoclr", "ProtoCLR-ProtoNets")]
)
def test_a_learner_trained_on_augmented_items_needs_no_partition(tmp_path, source, method):
    home = Home(tmp_path, (tmp_path / "data",))
    config = small(f"source={source}", "task.n_way=5", "learner.iterations=2", "oracle=false")
    _, result = execute(config, home)
    assert result.rows[0].method.name == method
    assert "partition" not in result.seconds
    assert not (tmp_path / "products" / "partitions").exists()
    execute(small(f"source={source}", "task.n_way=5", "learner.iterations=2", "encoder=untrained"), home)
    assert len(list((tmp_path / "products" / "learners").iterdir())) == 1


def test_a_baseline_can_be_judged_again_from_the_saved_tasks(finished, finished_home):
    from umeta.baselines import BASELINES

    config, dataset = prepare(finished.config(), finished_home)
    vectors = torch.from_numpy(
        np.array(products.embed(dataset, config.encoder, finished_home, device=CPU).vectors)
    )
    tasks = TestTasks.load(finished.path / "test_tasks" / "5way_1shot.safetensors")
    method = BASELINES.parse("prototypes").classifier({}, (16,), 5, generator=torch.Generator(), device=CPU)
    again = accuracy(evaluate(method, vectors, tasks.tasks, device=CPU)).mean
    assert again == next(row.accuracy for row in finished.result().rows if row.method.name == "prototypes")


@pytest.mark.parametrize("learner", ["protonets", "maml"])
def test_same_config_in_two_empty_homes_gives_identical_results(tmp_path, learner):
    config = small(
        f"learner={learner}", "learner.n_filters=8", "learner.iterations=4", SCRATCH, "test.n_tasks=6"
    )
    runs = [execute(config, Home(tmp_path / name, ())) for name in ("one", "other")]
    assert runs[0][1].rows == runs[1][1].rows
    weights = [load_file(run.checkpoints / "CACTUs.safetensors") for run, _ in runs]
    assert all((weights[0][name] == weights[1][name]).all() for name in weights[0])


def test_maml_is_judged_transductive_and_by_support_statistics(tmp_path):
    config = small(
        "learner=maml", "learner.iterations=2", "learner.n_filters=8", "baselines=linear", "test.n_tasks=4"
    )
    _, result = execute(config, Home(tmp_path, ()))
    assert [(row.method.name, row.method.batch_norm) for row in result.rows] == [
        ("CACTUs-MAML", "transductive"),
        ("CACTUs-MAML", "support"),
        ("linear", None),
    ]


@pytest.mark.parametrize("learner", ["protonets", "maml"])
def test_permuted_labels_leave_trained_weights_bit_identical(tmp_path, monkeypatch, learner):
    """The true classes of meta_train are shuffled over its items; whatever training reads must not notice."""
    config = small(f"learner={learner}", "learner.n_filters=8", "learner.iterations=6", "test.n_tasks=4")
    run, _ = execute(config, Home(tmp_path / "true", ()))
    load = type(config.dataset).load

    def permuted(self, home, *, on_step=lambda step: None) -> Dataset:
        dataset = load(self, home, on_step=on_step)
        values = dataset.classes.values.copy()
        for split in ("meta_train", "meta_val"):
            items = dataset.items(split)
            values[items] = np.random.default_rng(5).permutation(values[items])
        assert (values != dataset.classes.values).any()
        return replace(dataset, classes=Attribute(values, dataset.classes.names))

    monkeypatch.setattr(type(config.dataset), "load", permuted)
    blind, _ = execute(config, Home(tmp_path / "permuted", ()))
    one, other = (load_file(r.checkpoints / "CACTUs.safetensors") for r in (run, blind))
    assert one.keys() == other.keys()
    assert all((one[name] == other[name]).all() for name in one)


def test_a_cancelled_run_resumes_to_the_numbers_of_one_that_was_not(tmp_path):
    config = small("learner.iterations=8", "test.n_tasks=6")
    whole = execute(config, Home(tmp_path / "whole", ()))[1]
    home = Home(tmp_path / "cut", ())

    def stop(step: Step) -> None:
        if step.stage == "train" and step.done == 5:
            raise Cancelled("enough")

    with pytest.raises(Cancelled, match="resume it to go on from its checkpoint"):
        execute(config, home, on_step=stop)
    run = RunDirectory(home.runs / whole.run_id)
    assert run.status().state == "cancelled"
    steps: list[Step] = []
    _, result = execute(config, home, on_step=steps.append)
    assert (
        next(step.done for step in steps if step.stage == "train") > 4
    )  # it went on, it did not start again
    assert result.rows == whole.rows
    assert run.status().state == "finished"


def test_a_finished_run_is_returned_and_not_repeated(finished, finished_home):
    steps: list[Step] = []
    again, result = execute(finished.config(), finished_home, on_step=steps.append)
    assert again.path == finished.path
    assert result == finished.result()
    assert not [step for step in steps if step.stage in ("train", "test")]


def test_random_and_oracle_partitions_are_called_so(tmp_path):
    home = Home(tmp_path, ())
    for partition, name in (("random", "random-ProtoNets"), ("oracle", "oracle-ProtoNets")):
        keys = ("learner.iterations=1", "baselines=prototypes", "test.n_tasks=2", f"partition={partition}")
        config = RunConfig.from_keys(("dataset=digits", "budget=smoke", *keys))
        _, result = execute(config, home)
        assert result.rows[0].method.name == name
        assert result.label_use == ("oracle" if partition == "oracle" else "none")


def test_a_failed_run_says_why_in_its_directory(tmp_path):
    home = Home(tmp_path, ())
    config = small("partition.n_clusters=500", "partition.max_retries=0", "task.n_way=5", "task.n_query=15")
    with pytest.raises(UserError) as caught:  # the clusters might have been large enough
        execute(config, home)
    (run,) = home.runs.iterdir()
    status = RunDirectory(run).status()
    assert status.state == "failed"
    assert status.message == str(caught.value)
    assert "n_clusters" in status.message


def test_too_few_usable_clusters_for_the_ways_are_explained(tmp_path):
    config = small("partition.n_clusters=4", "task.n_way=5")
    with pytest.raises(UserError, match="partition.n_clusters=4: tasks of 5 ways need .*; 21 fits. Give"):
        execute(config, Home(tmp_path, ()))


EVERY_BASELINE = (
    "[{name: nearest-neighbour, k: auto}, {name: linear, C: auto}, {name: prototypes, centred: true}, prototypes, mlp, "
    "{name: mlp, stop_on_query_loss: true, epochs: 20}, {name: cluster-matching, n_clusters: 15}]"
)


def test_every_baseline_has_a_row_and_says_what_was_chosen_on_meta_val(tmp_path):
    config = small(
        "learner=none", f"baselines={EVERY_BASELINE}", "task.n_shot=5", "test.n_way=3,5", "test.n_tasks=8"
    )
    _, result = execute(config, Home(tmp_path, ()))
    names = [
        "nearest-neighbour-tuned", "linear-tuned", "prototypes-centred", "prototypes", "mlp", "mlp-stopped-on-queries",
        "cluster-matching",
    ]  # fmt: skip
    assert [row.method.name for row in result.rows] == 2 * names
    for row in result.rows:
        option = {"nearest-neighbour-tuned": "k", "linear-tuned": "C"}.get(row.method.name)
        assert list(row.chosen) == ([option] if option else [])
        by_queries = row.method.name == "mlp-stopped-on-queries"
        assert row.label_use == ("tuned on meta_val" if option else "test queries" if by_queries else "none")
        assert row.transductive == by_queries
        assert row.accuracy > (0.2 if row.method.name == "cluster-matching" else 1 / row.n_way)
    json.dumps(result.to_json())


def test_a_choice_on_a_meta_val_that_is_too_small_says_so(tmp_path):
    config = small("learner=none", "baselines=[{name: linear, C: auto}]", "test.n_way=8", "test.n_tasks=2")
    with pytest.raises(
        UserError,
        match="linear-tuned: what it leaves open is chosen on tasks of meta_val, .*; give it a value",
    ):
        execute(config, Home(tmp_path, ()))


def test_trained_with_more_ways_it_is_tested_with_as_many_and_fewer(tmp_path):
    config = small(
        "learner=anil", "learner.iterations=1", "baselines=prototypes", "task.n_way=10", "task.n_query=3",
        "partition.n_clusters=30", "test.n_way=5,10", "test.n_tasks=4",
    )  # fmt: skip
    _, result = execute(config, Home(tmp_path, ()))
    assert [(row.method.name, row.n_way, row.method.batch_norm) for row in result.rows] == [
        ("CACTUs-ANIL", 5, "transductive"), ("CACTUs-ANIL", 5, "support"), ("prototypes", 5, None),
        ("CACTUs-ANIL", 10, "transductive"), ("CACTUs-ANIL", 10, "support"), ("prototypes", 10, None),
    ]  # fmt: skip


def test_rows_say_how_sure_they_are_which_labels_were_looked_at_and_whether_queries_see_each_other(tmp_path):
    home = Home(tmp_path, ())
    config = small(
        "learner=maml", "learner.iterations=1", "oracle=true", "baselines=prototypes", "test.n_tasks=30"
    )
    run, result = execute(config, home, label_use="revealed")
    assert [(row.method.name, row.method.batch_norm, row.transductive, row.label_use) for row in result.rows] == [
        ("CACTUs-MAML", "transductive", True, "revealed"), ("CACTUs-MAML", "support", False, "revealed"),
        ("oracle-MAML", "transductive", True, "oracle"), ("oracle-MAML", "support", False, "oracle"),
        ("prototypes", None, False, "revealed"),
    ]  # fmt: skip
    assert result.label_use == "revealed"
    tasks = TestTasks.load(run.path / "test_tasks" / "5way_1shot.safetensors").tasks
    correct = load_file(run.path / "correct.safetensors")
    for row in result.rows:
        answers = correct[f"{row.method.name}/{row.method.batch_norm}/5way_1shot"].astype(bool)
        assert row.ci95_classes == over_classes(answers, tasks.clusters).ci95 > 0


def test_there_is_no_interval_over_classes_where_no_class_can_be_left_out(tmp_path):
    config = small(
        "learner=none", "baselines=prototypes", "dataset.n_classes=10", "test.n_tasks=5", "task.n_way=2",
        "dataset.n_alphabets=2",
    )  # fmt: skip
    _, dataset = prepare(config, Home(tmp_path, ()))
    n_way = dataset.n_classes(config.test.split)
    config = RunConfig.from_keys([f"test.n_way={n_way}"], config.model_dump())
    _, result = execute(config, Home(tmp_path, ()))
    assert [row.ci95_classes for row in result.rows] == [None]
    json.dumps(result.to_json(), allow_nan=False)


def test_methods_that_take_gradient_steps_may_be_judged_on_the_first_tasks_alone(tmp_path):
    keys = (
        "learner=maml", "learner.iterations=1", "baselines=prototypes,scratch", "test.n_shot=1,2", "test.n_tasks=8",
    )  # fmt: skip
    whole, _ = execute(small(*keys), Home(tmp_path / "whole", ()))
    cut, result = execute(small(*keys, "test.first={5way_2shot: 3}"), Home(tmp_path / "cut", ()))
    assert [(row.method.name, row.n_shot, row.n_tasks) for row in result.rows] == [
        ("CACTUs-MAML", 1, 8), ("CACTUs-MAML", 1, 8), ("prototypes", 1, 8), ("scratch", 1, 8),
        ("CACTUs-MAML", 2, 3), ("CACTUs-MAML", 2, 3), ("prototypes", 2, 8), ("scratch", 2, 3),
    ]  # fmt: skip
    of_all, of_first = (load_file(run.path / "correct.safetensors") for run in (whole, cut))
    assert of_all.keys() == of_first.keys()
    assert all((of_all[name][: len(of_first[name])] == of_first[name]).all() for name in of_all)


def test_unequal_queries_and_methods_that_see_them_together_are_said_in_the_rows(tmp_path):
    baselines = "[prototypes, {name: prototypes, queries: balanced-transport}]"
    keys = ("learner=none", f"baselines={baselines}", "test.n_tasks=200", "test.n_query=4")
    home = Home(tmp_path, ())
    _, equal = execute(small(*keys), home)
    run, unequal = execute(small(*keys, "test.query_dirichlet=0.5"), home)
    assert [(row.method.name, row.transductive) for row in equal.rows] == [
        ("prototypes", False), ("prototypes-balanced-transport", True),
    ]  # fmt: skip
    assert {row.query_dirichlet for row in unequal.rows} == {0.5}
    assert all(row.ci95_classes is None for row in unequal.rows)
    gains = [result.rows[1].accuracy - result.rows[0].accuracy for result in (equal, unequal)]
    assert gains[0] > 0 > gains[1]
    finished = FinishedRun(unequal, DirectoryRecord(run.path), directory=None)
    dataset = small(*keys).dataset.load(home)
    assert tasks_of(finished, unequal.rows[0], dataset).hash == unequal.rows[0].tasks_hash  # drawn again


def test_views_at_test_are_made_by_the_same_trained_encoder(tmp_path):
    home = Home(tmp_path, ())
    keys = (
        "encoder=simclr",
        "encoder.n_filters=4",
        "encoder.dim=8",
        "encoder.steps=2",
        "learner=none",
        "test.n_tasks=4",
    )
    embeddings = [
        products.embed(config.dataset.load(home), config.encoder, home, device=torch.device("cpu")).vectors
        for config in (small(*keys), small(*keys, "encoder.test_views=2"))
    ]
    kinds = {folder.name: len(list(folder.iterdir())) for folder in home.products.iterdir()}
    assert (kinds["encoders"], kinds["embeddings"]) == (1, 2)
    assert (embeddings[0] != embeddings[1]).any()
