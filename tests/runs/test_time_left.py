import pytest

from umeta.runs import RunConfig
from umeta.runs.cost_model import seconds_of_each_test, seconds_of_training
from umeta.runs.time_left import time_left

CONFIG = RunConfig.from_keys(["dataset=digits", "learner.iterations=100", "oracle=true", "baselines=mlp"])


def events(
    stage: str, note: str, times: list[float], total: int, done: list[int] | None = None
) -> list[dict]:
    counts = done if done is not None else list(range(len(times)))
    return [
        {"time": time, "stage": stage, "note": note, "done": count, "total": total, "values": {}}
        for time, count in zip(times, counts, strict=True)
    ]


def test_a_machine_of_half_the_speed_takes_twice_as_long_for_what_is_to_come():
    training, tests = seconds_of_training(CONFIG), seconds_of_each_test(CONFIG)
    assert len(tests) == 3
    step = 2 * training / 100
    half = events("train", "CACTUs", [1000.0, 1000 + 50 * step], 100, [0, 50])
    assert time_left(CONFIG, half) == pytest.approx(2 * (0.5 * training + training + sum(tests)))
    whole = events("train", "CACTUs", [1000.0, 1000 + 100 * step], 100, [0, 100])
    second = events("train", "oracle", [2000.0, 2000 + 75 * step], 100, [0, 75])
    assert time_left(CONFIG, whole + second) == pytest.approx(2 * (0.25 * training + sum(tests)))


def test_what_tests_took_counts_for_the_tests_to_come():
    tests = seconds_of_each_test(CONFIG)
    done = events("test", "a", [0.0, 3 * tests[0]], 1000, [0, 1000])
    current = events("test", "b", [100.0, 101.0], 1000, [0, 250])
    assert time_left(CONFIG, done + current) == pytest.approx(3 + 3 * tests[2])


def drawn(n_images: int, note: str = "5way_1shot") -> list[dict]:
    (event,) = events("test tasks", note, [0.0], 1000, [1000])
    return [{**event, "values": {"images": n_images}}]


def test_before_the_encoder_is_trained_a_trial_tells_how_fast_the_training_will_be():
    config = RunConfig.from_keys(["dataset=digits", "encoder=acai", "learner.iterations=100", "baselines="])
    training, tests = seconds_of_training(config), sum(seconds_of_each_test(config, {"5way_1shot": 50}))
    trial = [*drawn(50), *events("trial", "", [1.0, 1 + 3 * 0.03 * training], 4, [1, 4])]
    assert time_left(config, trial) is None  # of the encoder nothing is known yet
    encoder = events("encoder", "", [100.0, 110.0], 40, [0, 10])
    assert time_left(config, trial + encoder) == pytest.approx(30 + 3 * (training + tests))


def test_views_are_made_for_each_task_and_judged_together():
    on_views = RunConfig.from_keys(
        ["dataset=digits", "learner.iterations=100", "baselines=", "test.of=views"]
    )
    (together,) = seconds_of_each_test(on_views)
    (on_classes,) = seconds_of_each_test(RunConfig(**{**on_views.model_dump(), "test": {"n_tasks": 1000}}))
    assert together > 5 * on_classes  # these embed each image once
    step = seconds_of_training(on_views) / 100
    trained = [*drawn(600), *events("train", "CACTUs", [0.0, 200 * step], 100, [0, 100])]
    begun = events("test", "tasks of views", [300.0], 1000, [0])
    assert time_left(on_views, trained + begun) == pytest.approx(2 * together)
    some = events("test", "tasks of views", [300.0, 340.0, 380.0], 1000, [0, 100, 200])
    assert time_left(on_views, trained + some) == pytest.approx(
        8 * 40
    )  # so long for each hundred is no pause


def test_the_time_since_the_last_event_has_passed_up_to_one_more_unit():
    config = RunConfig.from_keys(["dataset=digits", "learner.iterations=100", "baselines="])
    steady = events("train", "CACTUs", [0.0, 10.0, 20.0], 100, [0, 1, 2])
    left = time_left(config, steady)
    assert left is not None
    assert time_left(config, steady, now=24.0) == pytest.approx(left - 4)
    assert time_left(config, steady, now=300.0) == pytest.approx(left - 10)


def test_nothing_is_said_before_anything_is_measured_and_pauses_do_not_count():
    assert time_left(CONFIG, []) is None
    assert time_left(CONFIG, events("train", "CACTUs", [5.0], 100, [0])) is None
    config = RunConfig.from_keys(["dataset=digits", "learner.iterations=100", "baselines="])
    steady = events("train", "CACTUs", [0.0, 10.0], 100, [40, 50])
    paused = events("train", "CACTUs", [-9000.0, -8990.0], 100, [0, 40]) + steady
    assert time_left(config, paused) == time_left(config, steady)


def test_an_encoder_in_training_goes_on_at_its_rate():
    config = RunConfig.from_keys(["dataset=digits", "encoder=acai", "learner=none", "baselines=linear"])
    left = time_left(config, events("encoder", "", [0.0, 10.0], 400, [0, 100]))
    assert left == pytest.approx(30 + sum(seconds_of_each_test(config)))
