"""The networks themselves, as functions of a dict of weights, for one network or many tasks' networks at once."""

from umeta.backbones.conv4 import Conv4, Moments, Weights, maml_conv4, pooled_conv4, strided_conv4, to_pixels
from umeta.backbones.cosine_schedule import cosine

__all__ = [
    "Conv4",
    "Moments",
    "Weights",
    "cosine",
    "maml_conv4",
    "pooled_conv4",
    "strided_conv4",
    "to_pixels",
]
