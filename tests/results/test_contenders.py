import pytest

from tests.results.made_up import finished
from umeta.results.contenders import Setting, contenders, on_same_tasks, settings_of

TWO_WAY = Setting(2, 1)


def test_trainings_of_one_method_are_one_contender_with_the_mean_of_all():
    runs = [
        finished(("CACTUs-MAML", "support", right), seed=seed) for seed, right in ((0, (4, 6)), (1, (8, 8)))
    ]
    (one,) = contenders(runs, TWO_WAY)
    assert one.name == "CACTUs-MAML (support BN)"
    assert list(one.trainings) == [0, 1]
    assert one.accuracy == pytest.approx(0.65)
    # accuracies 0.5 and 0.8: mean 0.65, sd 0.2121, t(1) 12.706, so ± 12.706 · 0.2121 / √2 = 1.906
    assert one.seeds is not None
    assert one.seeds.ci95 == pytest.approx(1.906, abs=1e-3)


def test_a_baseline_that_no_chance_decides_is_not_repeated_by_another_training():
    runs = [finished(("linear", None, (5, 5)), seed=seed) for seed in (0, 1)]
    (one,) = contenders(runs, TWO_WAY)
    assert not one.repeated
    assert one.seeds is None


def test_methods_of_one_name_are_told_apart_by_what_differs_and_by_nothing_else():
    runs = [
        finished(
            ("CACTUs-MAML", "support", (5, 5)), ("linear", None, (4, 4)), ("oracle-MAML", "support", (9, 9))
        ),
        finished(
            ("CACTUs-MAML", "support", (6, 6)),
            ("linear", None, (3, 3)),
            encoder={"name": "simclr", "dim": 64},
        ),
        finished(("CACTUs-MAML", "support", (7, 7)), partition={"name": "kmeans", "n_partitions": 1}),
    ]
    names = [one.name for one in contenders(runs, TWO_WAY)]
    assert names == [
        "oracle-MAML (support BN)",
        "CACTUs-MAML (support BN) · acai, partition.n_partitions=1",
        "CACTUs-MAML (support BN) · simclr, partition.n_partitions=20",
        "CACTUs-MAML (support BN) · acai, partition.n_partitions=20",
        "linear · acai",
        "linear · simclr",
    ]


def test_what_was_known_of_labels_decides_the_group():
    run = finished(
        ("CACTUs-MAML", "transductive", (5, 5)),
        ("CACTUs-MAML", "support", (4, 4)),
        ("oracle-MAML", "transductive", (9, 9)),
    )
    groups = {one.name: one.group for one in contenders([run], TWO_WAY)}
    assert groups == {
        "CACTUs-MAML (transductive BN)": "transductive",
        "CACTUs-MAML (support BN)": "inductive",
        "oracle-MAML (transductive BN)": "oracle",
    }
    (looked,) = contenders([finished(("linear", None, (5, 5)), label_use="revealed")], TWO_WAY)
    assert looked.group == "revealed"


def test_runs_on_other_tasks_are_left_out_with_the_reason():
    first = finished(("linear", None, (5, 5)), run_id="first")
    others = [
        finished(("linear", None, (5, 5)), run_id="data", tasks_hash="x", dataset={"name": "digits"}),
        finished(
            ("linear", None, (5, 5)),
            run_id="split",
            tasks_hash="y",
            dataset={"name": "omniglot", "split_seed": 3},
        ),
        finished(
            ("linear", None, (5, 5)),
            run_id="tasks",
            tasks_hash="z",
            test={"n_tasks": 9, "seed": 0, "split": "meta_test"},
        ),
    ]
    kept, left_out = on_same_tasks([first, *others, finished(("scratch", None, (1, 1)), run_id="also")])
    assert [run.run_id for run in kept] == ["first", "also"]
    assert left_out == {
        "data": "its data set is digits, not omniglot",
        "split": "its images or splits are others: dataset.split_seed=3",
        "tasks": "it was judged on other test tasks: test.n_tasks=9",
    }


def test_settings_stand_in_the_order_of_the_first_run():
    runs = [finished(("linear", None, (5, 5)), shape=shape) for shape in ((2, 5), (2, 1), (2, 5))]
    assert [str(setting) for setting in settings_of(runs)] == ["2-way 5-shot", "2-way 1-shot"]


def test_lists_with_queries_shared_out_otherwise_are_another_setting_of_the_same_results():
    equal = finished(("linear", None, (5, 5)), run_id="equal")
    test = {**equal.result.config["test"], "query_dirichlet": 2.0}
    unequal = finished(
        ("linear", None, (4, 4)), run_id="unequal", tasks_hash="u", test=test, query_dirichlet=2.0
    )
    kept, left_out = on_same_tasks([equal, unequal])
    assert (len(kept), left_out) == (2, {})
    assert list(map(str, settings_of(kept))) == ["2-way 1-shot", "2-way 1-shot, Dirichlet(2) queries"]
    assert [contender.accuracy for contender in contenders(kept, Setting(2, 1, 2.0))] == [0.4]
    _, left_out = on_same_tasks([equal, finished(("linear", None, (5, 5)), run_id="changed", tasks_hash="c")])
    assert left_out == {"changed": "it was judged on other test tasks: their hash differs"}


def test_an_encoder_that_is_seeded_as_its_run_is_a_training_of_one_method():
    runs = [
        finished(("prototypes", None, right), seed=seed, encoder={"name": "simclr", "seed": seed, **views})
        for seed, right in ((0, (4, 6)), (1, (8, 8)))
        for views in ({}, {"test_views": 8})
    ]
    names = {one.name: len(one.trainings) for one in contenders(runs, TWO_WAY)}
    assert names == {"prototypes": 2, "prototypes · encoder.test_views=8": 2}
    other = finished(("prototypes", None, (5, 5)), seed=0, encoder={"name": "simclr", "seed": 7})
    assert {one.name for one in contenders([*runs[::2], other], TWO_WAY)} == {
        "prototypes · encoder.seed=0", "prototypes · encoder.seed=1", "prototypes · encoder.seed=7",
    }  # fmt: skip


def test_baselines_of_other_options_are_not_trainings_of_one():
    wide, narrow = ({"name": "mlp", "units": units, "epochs": 200} for units in (256, 1))
    runs = [
        finished(("mlp", None, (9, 9)), run_id="wide", baselines=[wide]),
        finished(("mlp", None, (2, 2)), run_id="narrow", baselines=[narrow]),
        finished(
            ("mlp", None, (3, 3)), run_id="again", seed=1, baselines=[narrow, {"name": "linear", "C": 1.0}]
        ),
    ]
    found = {one.name: list(one.trainings) for one in contenders(runs, TWO_WAY)}
    assert found == {"mlp · units=256": [0], "mlp · units=1": [0, 1]}


def test_options_that_a_baselines_label_tells_are_not_told_again():
    plain, tuned = {"name": "linear", "C": 1.0}, {"name": "linear", "C": None}
    methods = (("linear", None, (5, 5)), ("linear-tuned", None, (6, 6)))
    runs = [
        finished(*methods, run_id="both", baselines=[plain, tuned]),
        finished(methods[0], run_id="one", seed=1, baselines=[plain]),
    ]
    found = {one.name: list(one.trainings) for one in contenders(runs, TWO_WAY)}
    assert found == {"linear-tuned": [0], "linear": [0, 1]}
