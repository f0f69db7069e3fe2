import copy
from functools import partial

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from tests.encoders.neural import CPU, bars
from umeta.backbones.torch_modules import fresh, to_arrays
from umeta.encoders.neighbour_rounds import NeighbourRounds, neither_side, picture_of_pairs
from umeta.encoders.simclr import network_with_projector, nt_xent
from umeta.randomness import Stream, torch_generator
from umeta.stage import Step, ignore_step
from umeta.vectors.mutual import mutual_neighbours

# on a line, of the two nearest: 0, 1 and 4 are each neighbours of both others, 10 and 12 of each other
ON_LINE = np.array([[0.0], [1.0], [4.0], [10.0], [12.0]], np.float32)


def rounds(count: int) -> NeighbourRounds:
    return NeighbourRounds(
        count=count,
        steps=2,
        batch_size=8,
        lr=1e-3,
        n_neighbours=3,
        temperature=0.1,
        augmentation="auto",
        strength=1.0,
        seed=0,
    )


def network() -> torch.nn.Sequential:
    make = partial(network_with_projector, (1, 16, 16), 4, 6)
    return fresh(make, generator=torch_generator(0, Stream.ENCODER_WEIGHTS), device=CPU)


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


def test_a_second_round_goes_on_from_the_first():
    images, once, twice = bars(), network(), network()
    rounds(1).train(once, images, device=CPU, on_step=ignore_step)
    again = copy.deepcopy(once)
    rounds(2).train(twice, images, device=CPU, on_step=ignore_step)
    rounds(0).train(again, images, device=CPU, on_step=ignore_step)
    found = [to_arrays(one) for one in (network(), once, twice, again)]
    first, after_one, after_two, left_alone = (one["0.0.weight"] for one in found)
    assert (left_alone == after_one).all()
    assert (first != after_one).any()
    assert (after_one != after_two).any()
    assert not twice.training


def test_progress_counts_on_from_what_came_before():
    told: list[Step] = []
    rounds(2).train(network(), bars(), device=CPU, on_step=told.append, before=10)
    assert {step.total for step in told} == {14}
    assert [step.done for step in told if not step.note] == [11, 12, 13, 14]


def test_the_live_picture_shows_pairs_one_above_the_other():
    pictures = []
    rounds(1).train(network(), bars(), device=CPU, on_step=lambda step: pictures.append(step.picture))
    assert any(picture is not None for picture in pictures)
    batch = torch.zeros(6, 1, 2, 2)
    batch[4] = 1  # the second image of the second of three pairs
    picture = picture_of_pairs(batch)
    assert picture.shape == (5, 8)
    assert [tuple(place) for place in np.argwhere(picture == 255)] == [(3, 3), (3, 4), (4, 3), (4, 4)]
