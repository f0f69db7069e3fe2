import pytest
import torch
from torch.utils._python_dispatch import TorchDispatchMode

from tests.backbones.plain_conv4 import plain_forward
from umeta.backbones import Moments, maml_conv4, pooled_conv4, strided_conv4, to_pixels

CPU = torch.device("cpu")
NETWORKS = [
    strided_conv4((1, 28, 28), n_filters=4, n_out=3),
    strided_conv4((3, 20, 17), n_filters=4, n_out=3),
    pooled_conv4((1, 28, 28), n_filters=4),
    pooled_conv4((3, 36, 33), n_filters=4, n_out=3, scaled=False, epsilon=1e-3),
]
SHAPES = [(1, 28, 28), (3, 20, 17), (1, 28, 28), (3, 36, 33)]
CASES = list(zip(NETWORKS, SHAPES, strict=True))


@pytest.fixture(autouse=True)
def _double():
    torch.set_default_dtype(torch.float64)
    yield
    torch.set_default_dtype(torch.float32)


def random_weights(network, seed=0):
    generator = torch.Generator().manual_seed(seed)
    weights = network.init(generator=generator, device=CPU)
    return {
        name: weight + 0.1 * torch.randn(weight.shape, generator=generator)
        for name, weight in weights.items()
    }


@pytest.mark.parametrize(("network", "shape"), CASES)
def test_many_tasks_networks_at_once_equal_each_network_by_itself(network, shape):
    by_task = [random_weights(network, seed) for seed in range(3)]
    stacked = {name: torch.stack([weights[name] for weights in by_task]) for name in by_task[0]}
    images = torch.rand(3, 5, *shape)
    expected = torch.stack([plain_forward(network, w, x) for w, x in zip(by_task, images, strict=True)])
    torch.testing.assert_close(network(stacked, images), expected)


@pytest.mark.parametrize(("network", "shape"), CASES)
def test_shared_weights_normalise_each_task_by_itself(network, shape):
    weights = random_weights(network)
    images = torch.rand(3, 5, *shape)
    expected = torch.stack([plain_forward(network, weights, x) for x in images])
    torch.testing.assert_close(network(weights, images), expected)


@pytest.mark.parametrize(("network", "shape"), CASES)
def test_own_moments_given_back_change_nothing(network, shape):
    weights = random_weights(network)
    images = torch.rand(2, 5, *shape)
    out, moments = network.with_moments(weights, images)
    torch.testing.assert_close(network(weights, images, moments), out)


@pytest.mark.parametrize(("network", "shape"), CASES)
def test_shared_moments_treat_each_image_by_itself(network, shape):
    weights = random_weights(network)
    images = torch.rand(2, 5, *shape)
    moments = [Moments(torch.zeros(4), torch.ones(4))] * 4
    together = network(weights, images, moments)
    alone = network(weights, images[:1, 2:3], moments)
    torch.testing.assert_close(together[:1, 2:3], alone)


@pytest.mark.parametrize("network", [NETWORKS[0], NETWORKS[2]])
def test_a_convolution_bias_would_change_nothing(network):
    weights = random_weights(network)
    images = torch.rand(6, 1, 28, 28)
    biased = weights | {f"conv{block}.bias": torch.randn(4, 1, 1) for block in range(1, 5)}
    torch.testing.assert_close(plain_forward(network, biased, images), network(weights, images[None])[0])


def test_the_papers_sizes():
    omniglot = maml_conv4((1, 28, 28), 32, 20).init(generator=torch.Generator(), device=CPU)
    assert omniglot["conv1.weight"].shape == (32, 1, 3, 3)
    assert omniglot["head.weight"].shape == (20, 32)
    assert "norm1.scale" not in omniglot
    colour = maml_conv4((3, 84, 84), 32, 5)
    assert colour.pooled
    assert colour.n_features == 800
    assert pooled_conv4((1, 28, 28)).n_features == 64
    assert pooled_conv4((3, 84, 84)).n_features == 1600


def test_initial_weights_have_the_papers_spread():
    strided = strided_conv4((1, 28, 28), n_filters=32, n_out=500).init(
        generator=torch.Generator().manual_seed(0), device=CPU
    )
    bound = (6 / (9 * 64)) ** 0.5
    assert strided["conv2.weight"].abs().max() <= bound
    assert strided["conv2.weight"].std() == pytest.approx(bound / 3**0.5, rel=0.03)
    assert strided["head.weight"].std() == pytest.approx(1, rel=0.03)
    pooled = maml_conv4((3, 84, 84), 32, 5).init(generator=torch.Generator().manual_seed(0), device=CPU)
    assert pooled["head.weight"].abs().max() <= (6 / 805) ** 0.5


def test_pixels_are_divided_by_255_and_nothing_else():
    assert to_pixels(torch.tensor([0, 51, 255], dtype=torch.uint8)).tolist() == [0, 0.2, 1]


def test_every_gradient_of_a_batch_norm_is_asked_with_a_scale():
    # without one CUDA's kernel fails, where that of the CPU does not
    scales = []

    class Watching(TorchDispatchMode):
        def __torch_dispatch__(self, func, types, args=(), kwargs=None):
            if func is torch.ops.aten.native_batch_norm_backward.default:
                scales.append(args[2])
            return func(*args, **(kwargs or {}))

    network = maml_conv4((1, 28, 28), 4, 5)
    weights = network.init(generator=torch.Generator().manual_seed(0), device=CPU)
    for weight in weights.values():
        weight.requires_grad_()
    with Watching():
        network(weights, torch.rand(2, 10, 1, 28, 28)).square().sum().backward()
    assert [None if scale is None else scale.shape for scale in scales] == [(8,)] * 4
