"""An image's vector as the mean over mild views of it: what the views differ in cancels."""

from collections.abc import Callable

import numpy as np
import torch
import torch.nn.functional as F
from jaxtyping import Float, Float32
from torch import Tensor, nn

from umeta.backbones.torch_modules import channels_last, without_batch_norm
from umeta.data import ImageSet
from umeta.data.augmentation import Images, augment
from umeta.encoders.training import encode
from umeta.randomness import Stream, torch_generator
from umeta.stage import OnStep

STRENGTH = 0.3
"""Of the views, where those that a network is trained on have 1."""


def encode_with_views(
    network: nn.Sequential,
    images: ImageSet,
    *,
    n_views: int,
    policy: str,
    and_itself: bool = False,
    device: torch.device,
    on_step: OnStep,
) -> Float32[np.ndarray, "n_items dim"]:
    """Return the mean of the network's unit vectors of some mild views of each image, scaled to length 1.

    Every image is seen in the same views, the same turn, shift and so on, so that its vector does not depend on the
    images beside it.

    Args:
        network: In running mode, and left so.
        images: The images.
        n_views: Views of each image.
        policy: Of the augmentation, as `augment` takes it.
        and_itself: The image as it is has a part in the mean too.
        device: Where the network is.
        on_step: Gets each progress event.
    """
    versions = [_view(number, policy) for number in range(n_views)] + [_itself] * and_itself
    return encode(_MeanOf(without_batch_norm(network), versions), images, device=device, on_step=on_step)


Version = Callable[[Images], Images]


def _view(number: int, policy: str) -> Version:
    def view(pixels: Images) -> Images:
        generator = torch_generator(0, Stream.MILD_VIEWS, number)
        return augment(pixels, policy, generator=generator, strength=STRENGTH, alike=True)

    return view


def _itself(pixels: Images) -> Images:
    return pixels


class _MeanOf(nn.Module):
    """From pixels in [0, 1] to the mean over versions of them."""

    def __init__(self, network: nn.Module, versions: list[Version]) -> None:
        super().__init__()
        self.network, self.versions = network, versions

    def forward(self, pixels: Images) -> Float[Tensor, "n_items dim"]:
        vectors = [F.normalize(self.network(channels_last(version(pixels)))) for version in self.versions]
        return F.normalize(torch.stack(vectors).mean(0))
