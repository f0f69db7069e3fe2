from tests.results.made_up import finished, method_called
from umeta.evaluation.method_id import MethodId, MethodKind
from umeta.results.contenders import Setting, contenders
from umeta.results.finished_run import FinishedRun
from umeta.results.headline import main_differences

FOREST = MethodId(MethodKind.BASELINE, "random-forest", encoder="acai")


def pairs(*runs: FinishedRun) -> list[tuple[str, str]]:
    differences = main_differences(contenders(runs, Setting(2, 1)))
    return [(difference.a.method.name, difference.b.method.name) for difference in differences]


def test_the_learner_without_labels_is_compared_with_the_plain_and_the_best_baseline_and_the_oracle_with_it():
    run = finished(
        ("CACTUs-MAML", "support", (6, 6)),
        ("oracle-MAML", "support", (9, 9)),
        ("nearest-neighbour", None, (4, 4)),
        ("linear", None, (5, 5)),
    )
    assert pairs(run) == [
        ("CACTUs-MAML", "nearest-neighbour"),
        ("CACTUs-MAML", "linear"),
        ("oracle-MAML", "CACTUs-MAML"),
    ]


def test_a_baseline_called_random_forest_does_not_become_the_headline():
    run = finished(
        (FOREST, None, (8, 8)), ("CACTUs-MAML", "support", (6, 6)), ("nearest-neighbour", None, (4, 4))
    )
    assert pairs(run) == [("CACTUs-MAML", "nearest-neighbour"), ("CACTUs-MAML", "random-forest")]


def test_a_learner_on_tasks_of_another_source_counts_as_one_that_saw_no_label():
    mixup = MethodId(MethodKind.OTHER_SOURCE, "ProtoNets", "mixup", "running")
    run = finished((mixup, "running", (6, 6)), (method_called("linear"), None, (7, 7)))
    assert pairs(run) == [("mixup-ProtoNets", "linear")]


def test_baselines_alone_are_compared_with_each_other():
    run = finished(("linear", None, (7, 7)), ("nearest-neighbour", None, (6, 6)))
    assert pairs(run) == [("linear", "nearest-neighbour")]
    assert pairs(finished(("linear", None, (7, 7)))) == []


def test_what_sees_queries_together_is_neither_the_answer_nor_compared_with_what_sees_each_alone():
    together = (
        "prototypes-balanced-transport",
        "transductive",
        (9, 9),
    )  # the mode of a row by hand is its remark
    run = finished(
        together,
        ("CACTUs-MAML", "transductive", (8, 8)),
        ("CACTUs-MAML", "support", (6, 6)),
        ("oracle-MAML", "transductive", (10, 10)),
        ("oracle-MAML", "support", (9, 9)),
        ("linear", None, (5, 5)),
    )
    differences = main_differences(contenders([run], Setting(2, 1)))
    assert [(found.a.method.name_with_mode, found.b.method.name_with_mode) for found in differences] == [
        ("CACTUs-MAML (support BN)", "linear"),
        ("oracle-MAML (support BN)", "CACTUs-MAML (support BN)"),
    ]
    alone = finished(("CACTUs-MAML", "transductive", (8, 8)), ("linear", None, (5, 5)))
    assert pairs(alone) == []
