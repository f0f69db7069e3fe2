import pytest

from umeta.figures.curves import MAX_POINTS, GrowingCurves, RunningMean, thinned, training_curves


def event(step: int, note: str = "CACTUs", stage: str = "train", **values: float) -> dict:
    return {"stage": stage, "done": step, "note": note, "values": values}


def test_each_training_has_its_own_curve_and_other_stages_none():
    events = [
        event(1, loss=2.0, accuracy=0.2),
        event(1, "oracle", loss=1.0, accuracy=0.5),
        event(5, stage="test"),
    ]
    curves = training_curves(events)
    assert set(curves) == {"CACTUs", "oracle"}
    assert curves["oracle"]["loss"] == [1.0]


def test_a_step_that_was_trained_twice_counts_once():
    curve = training_curves([event(1, loss=9.0, accuracy=0.1), event(1, loss=2.0, accuracy=0.3)])["CACTUs"]
    assert curve["step"] == [1.0]
    assert curve["loss"] == [2.0]


def test_probes_stand_at_their_own_steps():
    events = [event(1, loss=1.0), event(2, loss=1.0, meta_val=0.4), event(3, loss=1.0)]
    curve = training_curves(events)["CACTUs"]
    assert (curve["val_step"], curve["meta_val"]) == ([2.0], [0.4])


def test_the_running_mean_worked_by_hand():
    # weights 1; 0.5, 1; 0.25, 0.5, 1
    mean = RunningMean(weight=0.5)
    for value in (1.0, 4.0, 1.0):
        mean.add(value)
    assert mean.values == pytest.approx([1.0, 3.0, (0.25 + 2 + 1) / 1.75])


def test_a_training_that_goes_on_from_an_earlier_step_draws_the_same_curves():
    events = [event(step, loss=float(step % 7), accuracy=0.1 * step, meta_val=0.1) for step in range(1, 12)]
    lost = [event(step, loss=9.0, accuracy=0.9, meta_val=0.9) for step in range(6, 9)]
    curves = GrowingCurves()
    for part in (events[:5], lost, events[5:]):
        curves.add(part)
    assert curves.columns() == training_curves(events)
    assert len(curves.columns()["CACTUs"]["step"]) == 11


@pytest.mark.parametrize("count", [1, MAX_POINTS, MAX_POINTS + 1, 30_000])
def test_thinning_keeps_the_ends_and_a_bounded_number(count: int):
    kept = thinned(range(count))
    assert (kept[0], kept[-1]) == (0, count - 1)
    assert len(kept) <= MAX_POINTS
    assert kept == sorted(set(kept))
