import math

import numpy as np
import pytest
import torch

from tests.encoders.neural import CPU, bars, fit
from umeta.encoders.infogan import (
    Codes,
    InfoGan,
    codes_for_picture,
    draw_codes,
    generator_input,
    negative_log_likelihood,
)
from umeta.stage import Step


def generator() -> torch.Generator:
    return torch.Generator().manual_seed(0)


def test_the_negative_log_likelihood_of_numbers_worked_by_hand():
    numbers = torch.tensor([[0.5, -1.0], [0.0, 0.0]])
    means = torch.tensor([[0.0, -1.0], [0.0, 2.0]])
    log_variances = torch.tensor([[0.0, math.log(4)], [0.0, 0.0]])
    constant = 2 * math.log(2 * math.pi) / 2
    by_hand = [0.25 / 2 + math.log(4) / 2 + constant, 4 / 2 + constant]
    assert negative_log_likelihood(numbers, means, log_variances).item() == pytest.approx(sum(by_hand) / 2)


def test_the_negative_log_likelihood_agrees_with_torchs_normal_distribution():
    numbers, means, log_variances = torch.randn(3, 7, 2, generator=generator())
    normal = torch.distributions.Normal(means, (log_variances / 2).exp())
    expected = -normal.log_prob(numbers).sum(1).mean()
    assert negative_log_likelihood(numbers, means, log_variances).item() == pytest.approx(
        expected.item(), rel=1e-5
    )


def test_codes_are_categories_and_numbers_drawn_evenly_and_normal_noise():
    codes = draw_codes(4000, (5, 2, 3), generator(), CPU)
    assert torch.bincount(codes.categories).tolist() == pytest.approx([800] * 5, rel=0.15)
    assert codes.numbers.abs().max() <= 1
    assert codes.numbers.std(0).tolist() == pytest.approx([1 / 3**0.5] * 2, rel=0.05)
    assert codes.noise.std(0).tolist() == pytest.approx([1] * 3, rel=0.05)


def test_the_generator_takes_one_hot_category_numbers_and_noise_side_by_side():
    codes = Codes(torch.tensor([2]), torch.tensor([[0.5]]), torch.tensor([[7.0, 8.0]]))
    assert generator_input(codes, 3).tolist() == [[0, 0, 1, 0.5, 7, 8]]


def test_the_picture_has_a_category_a_column_and_a_number_from_end_to_end_in_its_last_row():
    codes = codes_for_picture((4, 2, 3), generator(), CPU)
    assert codes.categories.reshape(5, 10)[0].tolist() == [0, 1, 2, 3, 0, 1, 2, 3, 0, 1]
    assert (codes.noise.reshape(5, 10, 3) == codes.noise.reshape(5, 10, 3)[:, :1]).all()
    assert codes.numbers.reshape(5, 10, 2)[:4].abs().max() == 0
    assert codes.numbers.reshape(5, 10, 2)[4, :, 0].tolist() == pytest.approx(
        np.linspace(-1, 1, 10), abs=1e-6
    )
    assert codes.categories.reshape(5, 10)[4].unique().tolist() == [0]


def test_the_recogniser_comes_to_read_the_category_and_information_nears_its_entropy():
    steps: list[Step] = []
    encoder = InfoGan(
        dim=16, n_categories=4, n_numbers=1, n_noise=4, n_filters=4, batch_size=32, steps=150, lr=2e-3
    )
    fit(encoder, bars(), on_step=steps.append)
    information = [step.values["information"] for step in steps]
    assert np.mean(information[:10]) < 0.3
    assert np.mean(information[-10:]) > 0.8 * math.log(4)
    assert max(information) <= math.log(4)


def test_the_discriminators_shared_weights_are_stored_as_they_act():
    state = fit(InfoGan(dim=6, n_filters=2, batch_size=8, steps=40), bars())
    assert not any("parametrizations" in name for name in state)
    gains = [
        np.linalg.norm(value.reshape(len(value), -1), 2)
        for name, value in state.items()
        if name.startswith("recogniser.shared") and value.ndim > 1
    ]
    assert len(gains) >= 2
    assert gains == pytest.approx([1] * len(gains), rel=0.1)
