import pytest
import torch

from tests.backbones.plain_conv4 import plain_forward, summed_loss
from umeta.backbones import Moments, maml_conv4
from umeta.learners.inner_loop import few_shot_loss
from umeta.learners.support_gradient import gradient_along, support_gradient

N_TASKS, N_WAY = 2, 3
CASES = [((1, 20, 17), 4), ((3, 66, 65), 2)]  # strided, and pooled with rows and columns that pooling drops


def problem(shape, n_filters):
    """A network, weights of each task's own with shifts that leave units off and on, and its images."""
    generator = torch.Generator().manual_seed(0)
    network = maml_conv4(shape, n_filters, N_WAY)

    def numbers(*shape):
        return torch.randn(shape, generator=generator, dtype=torch.float64)

    initial = network.init(generator=generator, device=torch.device("cpu"))
    weights = {name: one + 0.2 * numbers(N_TASKS, *one.shape) for name, one in initial.items()}
    return network, weights, numbers(N_TASKS, 2 * N_WAY, *shape), numbers


@pytest.mark.parametrize(("shape", "n_filters"), CASES)
def test_both_derivatives_equal_those_of_autograd_through_the_plain_network(shape, n_filters):
    network, weights, images, numbers = problem(shape, n_filters)
    adapted = [name for name in weights if not name.startswith("norm")]
    direction = {name: numbers(*weights[name].shape) for name in adapted}
    found = support_gradient(network, weights, network.lay_out(images))
    along = gradient_along(network, weights, found, direction)
    assert along.keys() == weights.keys()
    for task in range(N_TASKS):
        leaves = {name: weight[task].clone().requires_grad_() for name, weight in weights.items()}
        loss = summed_loss(plain_forward(network, leaves, images[task]), N_WAY)
        gradients = torch.autograd.grad(loss, [leaves[name] for name in adapted], create_graph=True)
        products = [(g * direction[n][task]).sum() for n, g in zip(adapted, gradients, strict=True)]
        product = torch.stack(products).sum()
        for name, gradient in zip(adapted, gradients, strict=True):
            torch.testing.assert_close(found.gradient[name][task], gradient.detach())
        for name, expected in zip(leaves, torch.autograd.grad(product, list(leaves.values())), strict=True):
            torch.testing.assert_close(along[name][task], expected, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize(("shape", "n_filters"), CASES)
def test_the_gradient_under_given_moments_takes_them_as_constants(shape, n_filters):
    network, weights, images, numbers = problem(shape, n_filters)
    moments = [Moments(0.1 * numbers(n_filters), 1 + numbers(n_filters).abs()) for _ in range(4)]
    leaves = {name: weight.clone().requires_grad_() for name, weight in weights.items()}
    loss = few_shot_loss(network(leaves, images, moments), N_WAY)
    found = support_gradient(network, weights, network.lay_out(images), moments).gradient
    expected = torch.autograd.grad(loss, [leaves[name] for name in found])
    for name, gradient in zip(found, expected, strict=True):
        torch.testing.assert_close(found[name], gradient)
