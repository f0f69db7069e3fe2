import numpy as np

from tests.encoders.neural import CPU, bars, fit
from umeta.encoders.mutual_neighbours import MutualNeighbours
from umeta.encoders.simclr import SimClr
from umeta.stage import Step


def tiny(**options: object) -> MutualNeighbours:
    return MutualNeighbours.model_validate(
        {"n_filters": 4, "dim": 6, "batch_size": 8, "steps": 2, "round_steps": 2, **options}
    )


def test_without_rounds_it_is_simclr_with_four_views():
    images = bars()
    plain = SimClr(n_filters=4, dim=6, batch_size=8, steps=2, n_views=4)
    expected, found = fit(plain, images), fit(tiny(rounds=0), images)
    assert all((found[name] == expected[name]).all() for name in expected)


def test_rounds_change_the_network_and_progress_counts_through_all_of_them():
    told: list[Step] = []
    images = bars()
    state = fit(tiny(), images, on_step=told.append)
    assert any((state[name] != value).any() for name, value in fit(tiny(rounds=1), images).items())
    assert {step.total for step in told} == {6}
    assert [step.done for step in told if not step.note] == [1, 2, 3, 4, 5, 6]


def test_two_images_are_enough():
    images = bars(2)
    assert np.isfinite(tiny().encode(fit(tiny(), images), images, device=CPU)).all()


def test_views_at_test_are_no_part_of_what_is_trained_and_left_out_of_an_identity_without_them():
    assert "test_views" not in tiny().made_from()
    assert tiny(test_views=3).as_fitted() == tiny()
    assert tiny(test_views=3).made_from() != tiny().made_from()
