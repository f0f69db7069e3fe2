"""Embedding models from elsewhere, exported to ONNX: `onnx:PATH`."""

import logging
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
import torch
from jaxtyping import Float32
from pydantic import Field, field_validator

from umeta.data import ImageSet
from umeta.encoders.encoder import State
from umeta.encoders.onnx_file import Stamp, content_of, metadata_of, onnx_package, stamps_of
from umeta.encoders.onnx_model import OnnxModel, Preparation
from umeta.large_arrays import joined
from umeta.stage import Method, OnStep, Step, UserError, build, ignore_step
from umeta.whole_paths import whole_path
from umeta.yaml_reading import read_value

log = logging.getLogger(__name__)

Share = Annotated[float, Field(ge=-1, le=1)]
Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]
_PREPARATION = ("size", "mean", "deviation", "order", "layout", "output", "pool")


class OnnxEncoder(Method):
    """The model in the file of `onnx:PATH`; images are brought to the size and range that it was trained with.

    What an option leaves open the file's metadata say, under the same names; mean and deviation are those of ImageNet
    where neither does.
    """

    trains: ClassVar[bool] = False

    name: str = Field(pattern=r"^onnx:.+")
    dim: None = None
    size: int | None = Field(default=None, ge=8, le=1024)
    """Pixels of a side, where the model takes any."""
    mean: tuple[Share, ...] | None = None
    """Of red, green and blue on the scale of 0 to 1, or one for all."""
    deviation: tuple[Positive, ...] | None = None
    order: Literal["rgb", "bgr"] | None = None
    layout: Literal["nchw", "nhwc"] | None = None
    output: str | None = None
    """The output that is the embedding, where there are several."""
    pool: Literal["mean", "first"] | None = None
    """What is made of an output of several vectors an image: their mean or the first, the class token."""
    trained_on: str | None = None
    """What it was trained on, in words that stand beside every result."""
    label_use: Literal["none", "elsewhere", "unknown"] | None = None
    """Whether labels were used in that training."""

    @field_validator("name")
    @classmethod
    def _whole_path(cls, name: str) -> str:
        return f"onnx:{whole_path(name.partition(':')[2], 'encoder')}"

    @field_validator("mean", "deviation", mode="before")
    @classmethod
    def _listed(cls, given: Any) -> Any:
        if isinstance(given, str):
            return [read_value(part) for part in given.strip("[]() ").replace(",", " ").split()]
        return [given] if isinstance(given, int | float) else given

    @field_validator("mean", "deviation")
    @classmethod
    def _for_channels(cls, values: tuple[float, ...] | None) -> tuple[float, ...] | None:
        if values is not None and len(values) not in (1, 3):
            raise ValueError(
                f"encoder.mean and encoder.deviation have one number or three, not {len(values)}."
            )
        return values

    @property
    def path(self) -> Path:
        """Where the file is."""
        return Path(self.argument)

    @property
    def note(self) -> str:
        """What it was trained on."""
        try:
            trained_on = self.filled().trained_on
        except UserError:
            return ""  # embedding with it says what is wrong
        return f"trained on {trained_on or 'unknown data'}"

    @property
    def labels_seen(self) -> Literal["none", "elsewhere", "unknown"]:
        """Whether labels were used in its training: none, elsewhere or unknown."""
        try:
            return self.filled().label_use or "unknown"
        except UserError:
            return "unknown"

    def filled(self) -> "OnnxEncoder":
        """Return the same with the options that the file's metadata give.

        Raises:
            UserError: there is no such file, it is no ONNX file, names weights outside its folder, or gives options
                that cannot be.
        """
        given = self.model_dump(exclude_none=True)
        try:
            said: dict[str, Any] = {**metadata_of(self._stamps()[0])}
            if "size" in said:  # metadata are text
                said["size"] = read_value(said["size"])
            return build(OnnxEncoder, {**said, **given}, where="encoder")
        except UserError as error:
            raise UserError(
                f"{self.name}: {error}" if str(self.path) not in str(error) else str(error)
            ) from None

    def made_from(self) -> dict[str, Any]:
        """Return what identifies the embedding: the content of its files, wherever they are, and its options."""
        options = self.filled().model_dump(mode="json", include=set(_PREPARATION), exclude_none=True)
        content = content_of(self._stamps())
        return {"name": "onnx", "content": content, **options, "code_version": self.code_version}

    def fit(self, images: ImageSet, *, device: torch.device, on_step: OnStep = ignore_step) -> State:
        """Learn nothing, but try the model on an image and say what was assumed.

        Raises:
            UserError: the model cannot be run, or it is not clear which of its outputs is the embedding.
        """
        model = self._model()
        model.vectors(images.images[:1])
        side = max(images.item_shape[1:])
        if side < model.input.size:
            log.warning(
                "encoder=%s takes images of %s × %s pixels and %s has %s × %s: they are enlarged. A larger "
                "dataset.size shows it more, where the originals are larger.",
                self.name, model.input.size, model.input.size, images.name, side, side,
            )  # fmt: skip
        filled = self.filled()
        assumed = list(model.assumed)
        if model.input.dtype is not np.uint8 and None in (filled.mean, filled.deviation):
            assumed.append(
                "its mean and deviation were taken for ImageNet's (encoder.mean, encoder.deviation)"
            )
        for line in assumed:
            log.warning("encoder=%s: %s.", self.name, line)
        return {}

    def encode(
        self, state: State, images: ImageSet, *, device: torch.device, on_step: OnStep = ignore_step
    ) -> Float32[np.ndarray, "n_items dim"]:
        """Run the images through the model, a part at a time.

        Raises:
            UserError: the model cannot be run, or all its vectors are equal.
        """
        model = self._model()
        size = model.n_images_at_once

        def encoded() -> Iterator[np.ndarray]:
            for start in range(0, len(images), size):
                yield model.vectors(images.images[start : start + size])
                on_step(Step("encoder", min(start + size, len(images)), len(images), note="encoding"))

        vectors = joined(encoded(), len(images), beside=images.images)
        if len(vectors) > 1 and (vectors == vectors[0]).all():
            raise UserError(
                f"encoder={self.name}: all {len(vectors):,} vectors are equal. Check encoder.mean, "
                "encoder.deviation and encoder.output."
            )
        return vectors

    def _model(self) -> OnnxModel:
        filled = self.filled()
        options = filled.model_dump(include=set(_PREPARATION), exclude_none=True)
        return _loaded(self._stamps(), Preparation(**options))

    def _stamps(self) -> tuple[Stamp, ...]:
        onnx_package()
        if not self.path.is_file():
            raise UserError(
                f"encoder={self.name}: there is no file {self.path}. Give the path of an exported model."
            )
        return stamps_of(self.path)


@lru_cache(maxsize=1)
def _loaded(stamps: tuple[Stamp, ...], preparation: Preparation) -> OnnxModel:
    return OnnxModel.of(Path(stamps[0][0]), preparation)
