"""Image files of every kind, made as bytes."""

import io
import struct
import zlib
from typing import Any

import numpy as np
from PIL import Image

Y, X = np.mgrid[0:48, 0:48] / 48
WAVES = 0.5 + 0.4 * np.sin(7 * X + 3 * Y)
"""A smooth grey picture, 0.1 to 0.9."""
COLOURS = np.dstack([WAVES, WAVES[::-1], WAVES.T])


def saved(image: Image.Image | np.ndarray, format: str = "PNG", **options: Any) -> bytes:
    file = io.BytesIO()
    (Image.fromarray(image) if isinstance(image, np.ndarray) else image).save(file, format, **options)
    return file.getvalue()


def eight_bits(picture: np.ndarray) -> np.ndarray:
    return np.rint(picture * 255).astype(np.uint8)


def png_chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png_of_16_bits(samples: np.ndarray, colour_type: int) -> bytes:
    """A PNG of 16 bits in colour or with opacity, which Pillow cannot write."""
    height, width = samples.shape[:2]
    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in samples.astype(np.uint16))
    header = struct.pack(">IIBBBBB", width, height, 16, colour_type, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(png_chunk(*chunk) for chunk in chunks)


def tiff(samples: np.ndarray, tags: dict[int, tuple[int, ...]]) -> bytes:
    """A TIFF in one strip, little-endian; `tags` beside those of size and place, each a list of 16-bit numbers."""
    height, width = samples.shape[:2]
    data = samples.tobytes()
    fields = {
        256: (width,),
        257: (height,),
        259: (1,),
        273: (8,),
        277: (samples.shape[2] if samples.ndim == 3 else 1,),
    }
    fields |= {278: (height,), 279: (len(data),), **tags}
    directory, extra = struct.pack("<H", len(fields)), b""
    end = 8 + len(data) + 2 + 12 * len(fields) + 4
    for tag, values in sorted(fields.items()):
        kind = 4 if tag in (273, 279) else 3
        packed = struct.pack(f"<{len(values)}{'I' if kind == 4 else 'H'}", *values)
        if len(packed) > 4:
            packed, extra = struct.pack("<I", end + len(extra)), extra + packed
        directory += struct.pack("<HHI", tag, kind, len(values)) + packed.ljust(4, b"\0")
    return struct.pack("<2sHI", b"II", 42, 8 + len(data)) + data + directory + struct.pack("<I", 0) + extra
