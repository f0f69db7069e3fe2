"""A folder of images without labels, whose true classes only the test knows."""

from pathlib import Path

import numpy as np
from PIL import Image

N_CLASSES = 6


def flat_folder(folder: Path, n_images: int = 120, side: int = 24) -> dict[str, int]:
    """Write images of six kinds of coloured stripes under names that tell nothing; return the kind of each."""
    rng = np.random.default_rng(0)
    folder.mkdir(parents=True, exist_ok=True)
    kinds = rng.permutation(np.arange(n_images) % N_CLASSES)
    for number, kind in enumerate(kinds.tolist()):
        pixels = rng.integers(0, 60, (side, side, 3))
        stripes = (np.arange(side) // (2 + kind % 3)) % 2
        pixels[:, :, kind % 3] += (stripes if kind < 3 else stripes[:, None]) * 180
        Image.fromarray(pixels.astype(np.uint8)).save(folder / f"img_{number:03d}.png")
    return {f"img_{number:03d}.png": kind for number, kind in enumerate(kinds.tolist())}
