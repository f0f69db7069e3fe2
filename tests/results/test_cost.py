from tests.results.made_up import finished
from umeta.results.contenders import Setting, contenders
from umeta.results.cost import clocks_of, seconds_of

METHODS = (
    ("CACTUs-MAML", "support", (5, 5)),
    ("oracle-MAML", "support", (9, 9)),
    ("linear", None, (4, 4)),
    ("scratch", None, (3, 3)),
)
SECONDS = {
    "encoder": 100.0,
    "partition": 20.0,
    "train CACTUs": 50.0,
    "train oracle": 40.0,
    "test CACTUs-MAML": 5.0,
    "test oracle-MAML": 4.0,
    "test linear": 1.0,
    "test scratch": 9.0,
}


def test_each_method_pays_for_what_it_needs_alone():
    run = finished(*METHODS, seconds=SECONDS)
    spent = {one.row.method.name: seconds_of(one, [run]) for one in contenders([run], Setting(2, 1))}
    assert spent == {
        "CACTUs-MAML": {"encoder": 100.0, "partition": 20.0, "training": 50.0, "test": 5.0},
        "oracle-MAML": {"training": 40.0, "test": 4.0},
        "linear": {"encoder": 100.0, "test": 1.0},
        "scratch": {"test": 9.0},
    }


def test_what_was_found_ready_made_counts_with_the_seconds_of_the_run_that_made_it():
    maker = finished(*METHODS, seconds=SECONDS)
    finder = finished(METHODS[0], seed=1, seconds={**SECONDS, "encoder": 0.1, "partition": 0.2})
    other = finished(METHODS[0], encoder={"name": "simclr"}, seconds={**SECONDS, "encoder": 999.0})
    runs = [finder, maker, other]
    (one,) = (one for one in contenders([finder], Setting(2, 1)))
    spent = seconds_of(one, runs)
    assert spent["encoder"] == 100.0
    assert spent["partition"] == 20.0
    assert spent["training"] == 50.0


def test_a_learner_on_true_classes_is_the_same_whatever_the_encoder_and_one_of_another_source_too():
    maker = finished(METHODS[1], ("UMTRA-MAML", "support", (5, 5)), seconds={**SECONDS, "train UMTRA": 70.0})
    found = {**SECONDS, "train oracle": 0.1, "train UMTRA": 0.1, "train CACTUs": 0.1}
    finder = finished(
        METHODS[0],
        METHODS[1],
        ("UMTRA-MAML", "support", (5, 5)),
        encoder={"name": "pca"},
        partition={"name": "random"},
        seconds=found,
    )
    spent = {
        one.row.method.name: seconds_of(one, [finder, maker])["training"]
        for one in contenders([finder], Setting(2, 1))
    }
    assert spent == {"CACTUs-MAML": 0.1, "oracle-MAML": 40.0, "UMTRA-MAML": 70.0}
    other = finished(METHODS[1], seconds={**SECONDS, "train oracle": 999.0}, learner={"name": "protonets"})
    (oracle,) = (one for one in contenders([finder], Setting(2, 1)) if one.row.method.name == "oracle-MAML")
    assert seconds_of(oracle, [finder, maker, other])["training"] == 40.0


def test_a_clock_is_offered_where_every_run_has_it_and_the_processors_first_on_a_processor():
    plain = finished(METHODS[0], seconds=SECONDS, device="cpu")
    worked = {**SECONDS, "train CACTUs": 30.0}
    both = finished(METHODS[0], seconds=SECONDS, cpu_seconds=worked, device="cpu")
    on_gpu = finished(METHODS[0], seconds=SECONDS, cpu_seconds=worked, device="cuda")
    assert clocks_of([both]) == ["cpu_seconds", "seconds"]
    assert clocks_of([both, plain]) == ["seconds"]
    assert clocks_of([both, on_gpu]) == ["seconds", "cpu_seconds"]
    (one,) = contenders([both], Setting(2, 1))
    assert seconds_of(one, [both], "cpu_seconds")["training"] == 30.0
