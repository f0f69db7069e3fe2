"""Networks that are trained against each other: a generator of images, convolutions that halve them, spectral norm."""

import math
from itertools import pairwise

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.nn.utils import parametrizations, parametrize

from umeta.backbones.torch_modules import LEAK

MAP_SIDE = 7  # images are halved until they are no larger: 28 → 7, 84 → 6


class Generator(nn.Module):
    """Codes to images with pixels in [0, 1]: a linear layer, then as many doublings as `halving_stack` has halvings.

    Images whose sides are no multiple of the doublings are cut from the middle of one that is larger.
    """

    def __init__(self, code: int, item_shape: tuple[int, int, int], n_filters: int):
        super().__init__()
        channels, self.height, self.width = item_shape
        self.n_doublings = n_halvings(item_shape)
        rows, columns = (math.ceil(side / 2**self.n_doublings) for side in (self.height, self.width))
        filters = _widths(n_filters, self.n_doublings)[::-1]
        cells = rows * columns
        self.first = nn.Sequential(
            nn.Linear(code, filters[0] * cells, bias=False),
            nn.BatchNorm1d(filters[0] * cells),
            nn.ReLU(),
            nn.Unflatten(1, (filters[0], rows, columns)),
        )
        layers: list[nn.Module] = []
        for n_in, n_out in pairwise(filters):
            convolution = nn.Conv2d(n_in, 4 * n_out, 3, padding=1, bias=False)
            layers += [convolution, nn.PixelShuffle(2), nn.BatchNorm2d(n_out), nn.ReLU()]
        self.rest = nn.Sequential(
            *layers, nn.Conv2d(filters[-1], 4 * channels, 3, padding=1), nn.PixelShuffle(2), nn.Sigmoid()
        )

    def forward(self, codes: Float[Tensor, "batch code"]) -> Float[Tensor, "batch channels height width"]:
        """Return an image for each code."""
        images = self.rest(self.first(codes))
        top, left = (images.shape[2] - self.height) // 2, (images.shape[3] - self.width) // 2
        return images[:, :, top : top + self.height, left : left + self.width]


def halving_stack(
    item_shape: tuple[int, int, int], n_filters: int, dim: int, *, normalised: bool
) -> nn.Sequential:
    """Return convolutions that halve images, each followed by a leaky ReLU, then one linear layer to `dim` features.

    Args:
        normalised: put a batch norm behind each convolution but the first.
    """
    channels, height, width = item_shape
    layers: list[nn.Module] = []
    for block, filters in enumerate(_widths(n_filters, n_halvings(item_shape))):
        batch_norm = normalised and block > 0
        layers.append(nn.Conv2d(channels, filters, 4, stride=2, padding=1, bias=not batch_norm))
        layers += [nn.BatchNorm2d(filters)] * batch_norm
        layers.append(nn.LeakyReLU(LEAK))
        channels, height, width = filters, height // 2, width // 2
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(channels * height * width, dim))


def n_halvings(item_shape: tuple[int, int, int]) -> int:
    """Return how often images are halved until no side is larger than 7, at least once."""
    return max(1, math.ceil(math.log2(max(item_shape[1:]) / MAP_SIDE)))


def _widths(n_filters: int, n: int) -> list[int]:
    """Return the filters after each halving: twice as many from the second on."""
    return [n_filters, *[2 * n_filters] * (n - 1)]


def add_spectral_norm(network: nn.Module, *, generator: torch.Generator) -> None:
    """Divide every weight by its largest singular value (spectral normalisation), for as long as it is trained.

    Reference: Miyato, Kataoka, Koyama, Yoshida, "Spectral Normalization for Generative Adversarial Networks",
    ICLR 2018.
    """
    seed = int(torch.randint(2**62, (), generator=generator))
    with torch.random.fork_rng():
        torch.manual_seed(
            seed
        )  # of the power iteration's first vectors, which torch draws from its own generator
        for layer in _weighted(network):
            parametrizations.spectral_norm(layer)


def remove_spectral_norm(network: nn.Module) -> None:
    """Turn the weights that `add_spectral_norm` divides into plain ones, as they stand."""
    for layer in _weighted(network):
        parametrize.remove_parametrizations(layer, "weight", leave_parametrized=True)


def _weighted(network: nn.Module) -> list[nn.Module]:
    return [layer for layer in network.modules() if isinstance(layer, nn.Conv2d | nn.Linear)]
