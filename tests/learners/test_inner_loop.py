import math

import pytest
import torch

from tests.backbones.plain_conv4 import plain_meta_gradient
from umeta.backbones import maml_conv4
from umeta.learners.inner_loop import adapt, few_shot_loss, tasks_at_once

CPU = torch.device("cpu")
CASES = [((1, 28, 28), 4), ((3, 64, 64), 2)]


@pytest.mark.parametrize(("shape", "n_filters"), CASES)
@pytest.mark.parametrize("n_way", [3, 2])
def test_meta_gradient_equals_a_plain_loop_over_tasks(shape, n_filters, n_way):
    generator = torch.Generator().manual_seed(1)
    network = maml_conv4(shape, n_filters, 3)
    weights = network.init(generator=generator, device=CPU)
    weights = {name: weight.double().requires_grad_() for name, weight in weights.items()}
    support = torch.rand(3, n_way, 2, *shape, generator=generator, dtype=torch.float64)
    query = torch.rand(3, n_way, 2, *shape, generator=generator, dtype=torch.float64)
    loss, expected = plain_meta_gradient(network, weights, support, query, n_way, lr=0.05, steps=3)

    fast = adapt(network, weights, support.flatten(1, 2), n_way, lr=0.05, steps=3, second_order=True)
    found = few_shot_loss(network(fast, query.flatten(1, 2)), n_way) / 3
    gradients = torch.autograd.grad(found, list(weights.values()))
    assert found.item() == pytest.approx(loss.item(), rel=1e-9)
    for (name, reference), gradient in zip(expected.items(), gradients, strict=True):
        assert (gradient - reference).norm() <= 1e-5 * reference.norm() + 1e-12, name


def test_first_and_second_order_adapt_to_the_same_weights():
    network = maml_conv4((1, 28, 28), 4, 5)
    weights = network.init(generator=torch.Generator().manual_seed(0), device=CPU)
    weights = {name: weight.double().requires_grad_() for name, weight in weights.items()}
    support = torch.rand(2, 10, 1, 28, 28, dtype=torch.float64)
    graph = adapt(network, weights, support, 5, lr=0.05, steps=4, second_order=True)
    plain = adapt(network, weights, support, 5, lr=0.05, steps=4, second_order=False)
    for name, weight in plain.items():
        torch.testing.assert_close(weight, graph[name].detach())
        assert not weight.requires_grad


def test_adapting_leaves_the_start_and_the_shift_alone_and_lowers_the_loss():
    network = maml_conv4((1, 28, 28), 8, 5)
    weights = network.init(generator=torch.Generator().manual_seed(0), device=CPU)
    before = {name: weight.clone() for name, weight in weights.items()}
    support = torch.rand(4, 5, 1, 28, 28)
    fast = adapt(network, weights, support, 5, lr=0.01, steps=3, second_order=False)
    assert all(torch.equal(weights[name], before[name]) for name in weights)
    assert fast["norm1.shift"] is not None
    assert torch.equal(fast["norm1.shift"], before["norm1.shift"])
    assert few_shot_loss(network(fast, support), 5) < few_shot_loss(network(weights, support), 5)


def test_loss_is_n_way_times_the_mean_cross_entropy():
    logits = torch.zeros(3, 8, 4)  # 3 tasks, 4 ways, 2 items each; every cross-entropy is ln 4
    assert few_shot_loss(logits, 4).item() == pytest.approx(3 * 4 * math.log(4))


def test_unused_outputs_of_the_head_are_cut_off():
    network = maml_conv4((1, 28, 28), 4, 20)
    weights = network.init(generator=torch.Generator().manual_seed(0), device=CPU)
    fast = adapt(network, weights, torch.rand(2, 5, 1, 28, 28), 5, lr=0.05, steps=1, second_order=False)
    assert fast["head.weight"].shape == (2, 5, 4)
    assert fast["head.bias"].shape == (2, 5)


@pytest.mark.parametrize("second_order", [False, True])
def test_adapted_kernels_keep_the_layout_in_which_convolutions_take_them(second_order):
    network = maml_conv4((1, 28, 28), 4, 5)
    weights = network.init(generator=torch.Generator().manual_seed(0), device=CPU)
    support = torch.rand(2, 5, 1, 28, 28)
    fast = adapt(network, weights, support, 5, lr=0.05, steps=2, second_order=second_order)
    kernels = [fast[f"conv{block}.weight"].flatten(0, 1) for block in range(1, 5)]
    assert all(one.is_contiguous(memory_format=torch.channels_last) for one in kernels)


@pytest.mark.parametrize("second_order", [False, True])
@pytest.mark.parametrize("head_only", [False, True])
def test_watching_shows_the_weights_before_and_after_every_step_and_changes_nothing(second_order, head_only):
    network = maml_conv4((1, 28, 28), 4, 5)
    weights = network.init(generator=torch.Generator().manual_seed(0), device=CPU)
    weights = {name: weight.requires_grad_() for name, weight in weights.items()}
    support = torch.rand(2, 5, 1, 28, 28, generator=torch.Generator().manual_seed(1))
    options = {"lr": 0.05, "second_order": second_order, "head_only": head_only}
    seen = []
    fast = adapt(
        network,
        weights,
        support,
        5,
        steps=3,
        **options,
        watch=lambda now: seen.append(now["head.weight"].clone()),
    )
    plain = [adapt(network, weights, support, 5, steps=steps, **options)["head.weight"] for steps in range(4)]
    assert torch.equal(fast["head.weight"], plain[3])
    assert len(seen) == 4
    assert all(torch.equal(one, other) for one, other in zip(seen, plain, strict=True))


def test_large_tasks_are_worked_on_one_by_one():
    assert tasks_at_once(maml_conv4((3, 84, 84), 32, 5), (3, 84, 84), 250) == 1
    assert tasks_at_once(maml_conv4((1, 28, 28), 32, 20), (1, 28, 28), 5) > 8
