import numpy as np
import pytest
import torch
import torch.nn.functional as F

from tests.encoders.neural import CPU, bars, fit
from umeta.encoders.mutual_neighbours import MutualNeighbours, neither_side
from umeta.encoders.simclr import SimClr, nt_xent
from umeta.stage import Step
from umeta.vectors.mutual import mutual_neighbours

# on a line, of the two nearest: 0, 1 and 4 are each neighbours of both others, 10 and 12 of each other
ON_LINE = np.array([[0.0], [1.0], [4.0], [10.0], [12.0]], np.float32)


def tiny(**options: object) -> MutualNeighbours:
    return MutualNeighbours.model_validate(
        {"n_filters": 4, "dim": 6, "batch_size": 8, "steps": 2, "round_steps": 2, **options}
    )


def test_images_that_are_neighbours_in_two_pairs_of_a_batch_are_on_neither_side():
    neighbours = mutual_neighbours(ON_LINE, 2)
    items = np.array([0, 0, 3, 1, 2, 4])  # the pairs 0–1, 0–2 and 3–4: first items, then second ones
    aside = neither_side(items, neighbours)
    assert (aside == aside.T).all()
    assert np.flatnonzero(aside[0]).tolist() == [1, 4]  # itself in its other pair, and item 2
    assert not aside[2].any()
    assert not aside[[0, 1, 2, 3, 4, 5], [3, 4, 5, 0, 1, 2]].any()  # partners stay partners


def test_what_is_aside_takes_no_part_in_the_loss():
    generator = torch.Generator().manual_seed(0)
    views = [F.normalize(torch.randn(3, 4, generator=generator), dim=1) for _ in range(2)]
    aside = torch.zeros(6, 6, dtype=torch.bool)
    assert nt_xent(views, 0.5, aside) == nt_xent(views, 0.5)
    of_two = torch.zeros(6, 6, dtype=torch.bool)  # image 2 aside of images 0 and 1, and they of it
    of_two[[2, 5], :] = of_two[:, [2, 5]] = True
    of_two[[2, 2, 5, 5], [2, 5, 2, 5]] = False
    without = nt_xent([view[:2] for view in views], 0.5)
    assert nt_xent(views, 0.5, of_two).item() == pytest.approx(2 / 3 * without.item(), rel=1e-5)


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
