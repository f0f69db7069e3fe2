"""How much memory the reading of very many images takes: `python -m tests.benchmarks.reading [N_IMAGES]`.

Prints the seconds of reading, of loading again, and the peak of memory, as one JSON object.
"""

import io
import json
import resource
import sys
import tempfile
import time
import zipfile
from pathlib import Path

import numpy as np
from PIL import Image

from umeta.cache import Home
from umeta.data import DATASETS

SIDE, N_CLASSES = 84, 100


def make_zip(path: Path, n_images: int) -> None:
    """Write a zip of coloured pictures, each its own, in folders of classes."""
    rng = np.random.default_rng(0)
    with zipfile.ZipFile(path, "w") as archive:
        for k in range(n_images):
            pixels = rng.integers(0, 256, (SIDE, SIDE, 3), np.uint8)
            file = io.BytesIO()
            Image.fromarray(pixels).save(file, "BMP")
            archive.writestr(f"c{k % N_CLASSES:03d}/{k:06d}.bmp", file.getvalue())


def peak_megabytes() -> float:
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)


def main() -> None:
    n_images = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with tempfile.TemporaryDirectory() as folder:
        path, home = Path(folder) / "many.zip", Home(Path(folder) / "home", ())
        make_zip(path, n_images)
        method = DATASETS.parse(f"folder:{path}")
        seconds, fingerprints = [], []
        for _ in range(2):
            started = time.perf_counter()
            fingerprints.append(method.load(home).images.fingerprint)
            seconds.append(round(time.perf_counter() - started, 1))
        figures = {
            "n_images": n_images,
            "shape": method.load(home).images.item_shape,
            "fingerprints": fingerprints,
        }
        print(json.dumps({**figures, "seconds": seconds, "peak_mb": peak_megabytes()}))  # noqa: T201


if __name__ == "__main__":
    main()
