"""The Sobel filters: edges in place of colours."""

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor, nn

from umeta.data.augmentation import LUMA


class Sobel(nn.Module):
    """The horizontal and the vertical Sobel filter of an image's brightness."""

    def __init__(self, channels: int):
        super().__init__()
        self.channels = channels

    def forward(self, images: Tensor) -> Float[Tensor, "batch 2 height width"]:
        """Return the two gradients."""
        luma = images.new_tensor(LUMA if self.channels == 3 else [1 / self.channels] * self.channels)
        grey = torch.einsum("nchw,c->nhw", images, luma)[:, None]
        slope = grey.new_tensor([[1.0, 0, -1], [2, 0, -2], [1, 0, -1]])
        return F.conv2d(F.pad(grey, (1, 1, 1, 1), mode="replicate"), torch.stack([slope, slope.T])[:, None])
