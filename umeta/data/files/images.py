"""Photographs and drawings of any size and format, read into one array of one size."""

from collections.abc import Callable, Sequence
from io import BytesIO
from typing import Literal

import numpy as np
from jaxtyping import UInt8
from PIL import Image, ImageOps

from umeta.data.files.file_tree import FileTree
from umeta.stage import Cancelled, OnStep, Step, UserError

SUFFIXES = (".jpg", ".jpeg", ".png", ".bmp", ".gif", ".webp", ".tif", ".tiff", ".ppm", ".pgm")
FORMATS = ("JPEG", "PNG", "BMP", "GIF", "WEBP", "TIFF", "PPM")
MAX_PIXELS = 100_000_000
"""An image that says it is larger is not decoded: a small file may unfold to fill the memory."""
MAX_BYTES = 12_000_000_000
"""What the images of a whole set may take."""

Fit = Literal["crop", "pad", "squash"]


def is_image_file(name: str) -> bool:
    """Return whether a file's name ends like an image's."""
    return name.lower().endswith(SUFFIXES)


def read_images(
    tree: FileTree,
    names: Sequence[str],
    size: int,
    *,
    fit: Fit = "crop",
    on_unreadable: Callable[[str, str], None],
    on_step: OnStep,
) -> tuple[UInt8[np.ndarray, "n_read 3 size size"], list[str]]:
    """Read images of a folder or zip as RGB of `size` × `size`, and return them with their names.

    What cannot be read is left out, after `on_unreadable(name, reason)`, which may raise to stop the reading.

    Raises:
        UserError: so many images of this size do not fit into memory, or the folder or zip cannot be read.
    """
    needed = len(names) * 3 * size**2
    if needed > MAX_BYTES:
        raise UserError(
            f"{tree.path}: {len(names):,} images of {size} × {size} pixels take {needed / 1e9:.1f} GB, at most "
            f"{MAX_BYTES / 1e9:.0f} GB are kept. Lower dataset.size."
        )
    images = np.empty((len(names), 3, size, size), np.uint8)
    kept: list[str] = []
    with tree.opened() as (_, read):
        for done, name in enumerate(names):
            if done % 100 == 0:
                on_step(Step("dataset", done, len(names), note=f"reading {tree.path.name}"))
            try:
                images[len(kept)] = decode(read(name), size, fit).transpose(2, 0, 1)
            except Cancelled:
                raise
            except Exception as error:  # on hostile files Pillow's decoders raise nearly anything
                on_unreadable(name, _reason(error, f"{tree.path}: {name} "))
            else:
                kept.append(name)
    on_step(Step("dataset", len(names), len(names), note="ordering by content"))
    return images[: len(kept)], kept


def decode(data: bytes, size: int, fit: Fit) -> UInt8[np.ndarray, "size size 3"]:
    """Decode one image file, turned as its camera says, transparent parts on white, resized by Lanczos."""
    with Image.open(BytesIO(data), formats=FORMATS) as image:
        if image.width * image.height > MAX_PIXELS:
            raise Image.DecompressionBombError(f"{image.width:,} × {image.height:,} pixels are too many")
        if fit == "crop":
            image.draft(None, (3 * size, 3 * size))  # spares most of the decoding of a large photograph
        rgb = _rgb(ImageOps.exif_transpose(image))
    if fit == "crop":
        return np.asarray(ImageOps.fit(rgb, (size, size), Image.Resampling.LANCZOS))
    if fit == "pad":
        return np.asarray(ImageOps.pad(rgb, (size, size), Image.Resampling.LANCZOS, color="white"))
    return np.asarray(rgb.resize((size, size), Image.Resampling.LANCZOS))


def _rgb(image: Image.Image) -> Image.Image:
    if image.mode.startswith("I"):  # 16 bits, which Pillow would clip
        image = Image.fromarray((np.asarray(image).astype(np.int64) >> 8).clip(0, 255).astype(np.uint8))
    if not image.has_transparency_data:
        return image.convert("RGB")
    image = image.convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", image.size, "white"), image).convert("RGB")


def _reason(error: Exception, before: str) -> str:
    if isinstance(error, UserError):
        return str(error).removeprefix(before).rstrip()
    if isinstance(error, Image.DecompressionBombError | Image.DecompressionBombWarning):
        return f"is larger than {MAX_PIXELS / 1e6:.0f} million pixels"
    return f"is not a readable image ({str(error) or type(error).__name__})".replace("\n", " ")
