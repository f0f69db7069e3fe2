"""An ONNX model as a function from images to vectors: its input prepared, its output chosen, its memory bounded.

The runtime executes the operators it brings and nothing else: libraries of further operators are never loaded.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import torch
from jaxtyping import Float32, UInt8
from torch.nn.functional import interpolate

from umeta.data.naming import name_some
from umeta.encoders.onnx_input import OnnxInput, Preparation
from umeta.stage import UserError

MAX_MEMORY = 6 << 30
"""What the runtime may take for weights and what passes between layers."""
PIXELS_AT_ONCE = 16 * 224**2
"""Images are embedded so many pixels at a time."""


@dataclass(frozen=True, eq=False)
class OnnxModel:
    """A model whose input and output are known."""

    path: Path
    session: Any
    input: OnnxInput
    preparation: Preparation
    assumed: tuple[str, ...]
    """What neither the file nor a person said, one line each."""

    @classmethod
    def of(cls, path: Path, preparation: Preparation) -> "OnnxModel":
        """Load a model.

        Raises:
            UserError: it cannot be loaded in the memory allowed, or its input is no image.
        """
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.log_severity_level = 4  # what is wrong is raised
        options.intra_op_num_threads = torch.get_num_threads()
        options.add_session_config_entry("session.use_env_allocators", "1")
        _bound_memory()
        session = _explained(
            path, lambda: onnxruntime.InferenceSession(str(path), options, ["CPUExecutionProvider"])
        )
        taken, assumed = OnnxInput.of(path, session.get_inputs(), preparation)
        return cls(path, session, taken, preparation, assumed)

    @property
    def n_images_at_once(self) -> int:
        """How many images are embedded together."""
        return self.input.batch or max(1, PIXELS_AT_ONCE // self.input.size**2)

    def vectors(self, images: UInt8[np.ndarray, "n channels height width"]) -> Float32[np.ndarray, "n dim"]:
        """Embed up to `n_images_at_once` images.

        Raises:
            UserError: the model fails on them, or no output is a vector of finite numbers for each.
        """
        batch = self._prepared(images)
        n_missing = (self.input.batch or len(batch)) - len(batch)
        if n_missing:
            batch = np.concatenate([batch, np.repeat(batch[-1:], n_missing, axis=0)])
        wanted = [self.preparation.output] if self.preparation.output else None
        names = [output.name for output in self.session.get_outputs()]
        if wanted and wanted[0] not in names:
            raise UserError(
                f"encoder.output={wanted[0]}: {self.path} has the outputs {name_some(names, max_names=8)}."
            )
        outputs = _explained(self.path, lambda: self.session.run(wanted, {self.input.name: batch}))
        named = dict(zip(wanted or names, outputs, strict=True))
        vectors = _pooled(self.path, named, len(batch), self.preparation.pool, self.input.layout)[
            : len(images)
        ]
        if not np.isfinite(vectors).all():
            raise UserError(
                f"{self.path} makes NaN or infinity of some images. Check encoder.mean and encoder.deviation, or "
                "export it in float32."
            )
        return vectors

    def _prepared(self, images: np.ndarray) -> np.ndarray:
        pixels = torch.from_numpy(np.array(images)).float()
        if pixels.shape[1] < self.input.channels:
            pixels = pixels.expand(-1, self.input.channels, -1, -1)
        elif pixels.shape[1] > self.input.channels:
            pixels = (pixels * torch.tensor([0.299, 0.587, 0.114])[:, None, None]).sum(1, keepdim=True)
        side = (self.input.size, self.input.size)
        if pixels.shape[2:] != side:
            pixels = interpolate(pixels, side, mode="bicubic", antialias=True).clamp(0, 255)
        if self.input.dtype is np.uint8:
            pixels = pixels.round()
        else:
            mean, deviation = (
                self._of_channels(values) for values in (self.preparation.mean, self.preparation.deviation)
            )
            pixels = (pixels / 255 - mean) / deviation
        if self.preparation.order == "bgr":
            pixels = pixels.flip(1)
        if self.input.layout == "nhwc":
            pixels = pixels.permute(0, 2, 3, 1)
        return np.ascontiguousarray(pixels.numpy().astype(self.input.dtype))

    def _of_channels(self, values: tuple[float, ...]) -> torch.Tensor:
        """Return a number for each channel, `(channels or 1, 1, 1)`; for grey the mean of those of colours."""
        numbers = torch.tensor(values).reshape(-1, 1, 1)
        return numbers.mean(0, keepdim=True) if self.input.channels == 1 else numbers


def _pooled(
    path: Path, outputs: dict[str, np.ndarray], n: int, pool: str | None, layout: str
) -> Float32[np.ndarray, "n dim"]:
    """Return the one output that is a vector for each image, or that can be made one as `pool` says."""
    numbers = {
        name: value
        for name, value in outputs.items()
        if isinstance(value, np.ndarray) and value.dtype.kind == "f" and value.ndim >= 2 and len(value) == n
    }
    vectors = {name: value for name, value in numbers.items() if value[0].size == max(value.shape[1:])}
    candidates = vectors or (numbers if pool else {})
    if len(candidates) != 1:
        shapes = [f"{name} {list(getattr(value, 'shape', []))}" for name, value in outputs.items()]
        which = (
            "several outputs that may be the embedding" if candidates else "no output of one vector an image"
        )
        raise UserError(
            f"{path} has {which}: {name_some(shapes, max_names=8)}. Choose one by encoder.output, and of several "
            "vectors an image their mean or the first by encoder.pool=mean or encoder.pool=first."
        )
    ((_, value),) = candidates.items()
    if not vectors:
        if value.ndim == 4:
            value = value.reshape(n, value.shape[1], -1).swapaxes(1, 2) if layout == "nchw" else value
        value = value.reshape(n, -1, value.shape[-1])
        value = value.mean(axis=1, dtype=np.float32) if pool == "mean" else value[:, 0]
    return np.ascontiguousarray(value.reshape(n, -1), np.float32)


@cache
def _bound_memory() -> None:
    """Let the runtime take `MAX_MEMORY` at most; it can be said once in a process."""
    import onnxruntime as ort

    info = ort.OrtMemoryInfo("Cpu", ort.OrtAllocatorType.ORT_ARENA_ALLOCATOR, 0, ort.OrtMemType.DEFAULT)
    ort.create_and_register_allocator(info, ort.OrtArenaCfg({"max_mem": MAX_MEMORY}))


def _explained(path: Path, run: Callable[[], Any]) -> Any:
    """Return what the runtime returns, or raise its complaint in one line."""
    try:
        return run()
    except Exception as error:  # the runtime's errors have no common base
        reason = " ".join(str(error).split()) or type(error).__name__
        if "Available memory" in str(error):
            reason = f"it needs more than {MAX_MEMORY / 1e9:.1f} GB of memory"
        raise UserError(f"{path} cannot be run: {reason[:300]}.") from None
