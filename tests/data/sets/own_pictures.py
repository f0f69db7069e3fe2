"""Little pictures for the tests of a person's own sets."""

import io

import numpy as np
from PIL import Image

N, SIDE, N_CLASSES = 90, 16, 9
PICTURES = np.random.default_rng(0).integers(0, 256, (N, SIDE, SIDE, 3)).astype(np.uint8)
CLASSES = np.repeat(np.arange(N_CLASSES), N // N_CLASSES)


def png(k: int) -> bytes:
    """Return the bytes of one of the pictures."""
    stream = io.BytesIO()
    Image.fromarray(PICTURES[k]).save(stream, "PNG")
    return stream.getvalue()
