"""What the input of an ONNX model is to be: its layout, channels and size, from the file or as a person says."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np

from umeta.data.naming import name_some
from umeta.stage import UserError

_CHANNELS = (1, 3)
_TYPES = {"tensor(float)": np.float32, "tensor(float16)": np.float16, "tensor(uint8)": np.uint8}


@dataclass(frozen=True)
class Preparation:
    """How images become the input of a model."""

    size: int | None = None
    """Pixels of a side; None as the model says."""
    mean: tuple[float, ...] = (0.485, 0.456, 0.406)
    """Taken from pixels in [0, 1], for red, green and blue or for all alike."""
    deviation: tuple[float, ...] = (0.229, 0.224, 0.225)
    """The pixels are divided by, after that."""
    order: Literal["rgb", "bgr"] = "rgb"
    layout: Literal["nchw", "nhwc"] | None = None
    """Where the channels stand; None as the model says."""
    output: str | None = None
    """The output that is the embedding; None the only one that can be."""
    pool: Literal["mean", "first"] | None = None
    """What is made of an output of several vectors for each image: their mean, or the first (a class token)."""


@dataclass(frozen=True)
class OnnxInput:
    """What a model asks of its input."""

    name: str
    dtype: type[np.generic]
    layout: str
    channels: int
    size: int
    batch: int | None
    """Images of each call; None if it takes any number."""

    @classmethod
    def of(
        cls, path: Path, inputs: Sequence[Any], preparation: Preparation
    ) -> "tuple[OnnxInput, tuple[str, ...]]":
        """Return what a model asks of its input, and what had to be assumed.

        Raises:
            UserError: it takes something else than square images of 1 or 3 channels, or of any size.
        """
        listed = name_some([f"{each.name} {each.type} {each.shape}" for each in inputs], max_names=6)
        if len(inputs) != 1 or len(inputs[0].shape) != 4 or inputs[0].type not in _TYPES:
            raise UserError(
                f"{path} takes {listed}; one input of images (batch, channels, height, width) in float32, float16 or "
                "uint8 is expected. Export the part that embeds images alone."
            )
        shape = [side if isinstance(side, int) and side > 0 else None for side in inputs[0].shape]
        fits = {"nchw": shape[1], "nhwc": shape[3]}
        layouts = [layout for layout, channels in fits.items() if channels in _CHANNELS]
        layout = preparation.layout or (layouts[0] if len(layouts) == 1 else None)
        assumed = []
        if layout is None and shape[1] is None and shape[3] is None:
            layout = "nchw"
            assumed.append("its input was taken for (batch, channels, height, width)")
        channels = fits.get(layout or "")
        if layout is None or channels not in (*_CHANNELS, None):
            raise UserError(
                f"{path} takes {listed}; 1 or 3 channels are expected. Name their place by encoder.layout."
            )
        height, width = (shape[2], shape[3]) if layout == "nchw" else (shape[1], shape[2])
        size = _size(path, height, width, preparation.size)
        taken = cls(inputs[0].name, _TYPES[inputs[0].type], layout, channels or 3, size, shape[0])
        return taken, tuple(assumed)


def _size(path: Path, height: int | None, width: int | None, given: int | None) -> int:
    fixed = {side for side in (height, width) if side}
    if len(fixed) > 1:
        raise UserError(f"{path} takes images of {height} × {width} pixels; square ones are expected.")
    if fixed and given and given not in fixed:
        raise UserError(
            f"encoder.size={given}: {path} takes images of {fixed.pop()} pixels a side. Leave it out."
        )
    size = given or next(iter(fixed), None)
    if size is None:
        raise UserError(
            f"{path} takes images of any size. Give the one that it was trained with, e.g. encoder.size=224."
        )
    if size > 1024:
        raise UserError(f"{path} takes images of {size} pixels a side; at most 1,024 are made.")
    return size
