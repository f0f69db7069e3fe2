import copy
import math

import pytest
import torch
from torch import nn

from tests.encoders.neural import bars, fit
from umeta.encoders.bigan import BiGan, draw_codes, exchange_loss, update_average
from umeta.stage import Step


def generator() -> torch.Generator:
    return torch.Generator().manual_seed(0)


def test_the_loss_of_pairs_told_apart_or_exchanged_worked_by_hand():
    log_odds = torch.tensor([2.0, 0.0, -1.0, 0.0])  # two images with codes, then two codes with images
    softplus = [math.log1p(math.exp(x)) for x in (-2, 0, -1, 0)]
    right = (softplus[0] + softplus[1]) / 2 + (softplus[2] + softplus[3]) / 2
    assert exchange_loss(log_odds, swapped=False).item() == pytest.approx(right)
    softplus = [math.log1p(math.exp(x)) for x in (2, 0, 1, 0)]
    wrong = (softplus[0] + softplus[1]) / 2 + (softplus[2] + softplus[3]) / 2
    assert exchange_loss(log_odds, swapped=True).item() == pytest.approx(wrong)


def test_both_losses_are_log_4_where_nothing_can_be_told():
    for swapped in (False, True):
        assert exchange_loss(torch.zeros(6), swapped=swapped).item() == pytest.approx(math.log(4))


def test_codes_are_uniform_between_minus_1_and_1():
    codes = draw_codes(2000, 3, generator())
    assert codes.abs().max() <= 1
    assert codes.mean(0).tolist() == pytest.approx([0, 0, 0], abs=0.05)
    assert codes.std(0).tolist() == pytest.approx([1 / 3**0.5] * 3, rel=0.05)


def test_running_means_follow_weights_and_batch_norms_averages_and_counts_are_copied():
    network = nn.BatchNorm1d(1)
    average = copy.deepcopy(network)
    state = {"weight": torch.tensor([2.0]), "bias": torch.tensor([0.0])}
    state |= {"running_mean": torch.tensor([5.0]), "running_var": torch.tensor([3.0])}
    network.load_state_dict({**state, "num_batches_tracked": torch.tensor(7)})
    update_average(average, network, 0.25)
    found = {name: value.item() for name, value in average.state_dict().items()}
    assert found["weight"] == pytest.approx(1 + (2 - 1) / 4)
    assert found["running_mean"] == pytest.approx(5 / 4)
    assert found["running_var"] == pytest.approx(1 + (3 - 1) / 4)
    assert found["num_batches_tracked"] == 7


def test_the_discriminator_comes_to_tell_pairs_apart_which_raises_the_others_loss():
    steps: list[Step] = []
    fit(BiGan(dim=4, n_filters=4, batch_size=32, steps=120, lr=5e-3), bars(), on_step=steps.append)
    values = {name: [step.values[name] for step in steps] for name in steps[0].values}
    assert {"loss", "discriminator", "told apart"} == set(values)
    assert max(values["told apart"]) > 0.85
    assert max(values["loss"]) > math.log(4) + 0.1


def test_the_encoder_is_kept_as_a_running_mean_and_the_generator_with_it():
    state = fit(BiGan(dim=4, n_filters=2, batch_size=16, steps=2), bars())
    assert {name.partition(".")[0] for name in state} == {"encoder", "generator"}
