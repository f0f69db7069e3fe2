"""How much memory very many images of one's own take, from the zip to a map.

`python -m tests.benchmarks.own_set_memory [N_IMAGES] [ENCODER] [DATA]`, where DATA is `folder` (a zip of pictures) or
`arrays` (an .npy). Each stage is a process of its own, as a person starts it: the reading, the embedding with k-means,
tasks, a run (a few training steps, judging), a map by principal components with its sheets of pictures, one by UMAP. Of
each it prints the seconds and the peak over its whole tree of processes as one JSON object: all of its memory
(`peak_mb`, with pages of files, which the system takes back when it needs them) and what is no file's (`own_mb`).
"""

import io
import json
import os
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import psutil
from PIL import Image

SIDE, N_CLASSES, EVERY_SECONDS = 84, 100, 0.05
RUN = [
    "partition=kmeans",
    "learner=protonets",
    "learner.iterations=10",
    "test.n_tasks=100",
]
READ = """
import sys
from umeta.cache import Home
from umeta.data import DATASETS
DATASETS.parse(sys.argv[1]).load(Home.from_environment())
"""
MAP = """
import sys
from pathlib import Path
import torch
from umeta.cache import Home
from umeta.data import DATASETS
from umeta.encoders import ENCODERS
from umeta.runs import products
from umeta.ui.shared.map import MapPoints, Sprite
dataset, encoder, projection, media = sys.argv[1:]
home = Home.from_environment()
data = DATASETS.parse(dataset).load(home)
embedding = products.embed(data, ENCODERS.parse(encoder, "short"), home, device=torch.device("cpu"))
items = data.items("meta_train")
positions = products.positions(embedding, items, projection, home)
sprite = Sprite.publish(data.images.images, Path(media))
MapPoints.publish(positions, items, Path(media), sprite)
"""


def pictures(n_images: int) -> Any:
    """Yield coloured pictures, each its own and much like those of its class."""
    rng = np.random.default_rng(0)
    coarse = rng.integers(40, 216, (N_CLASSES, SIDE // 14, SIDE // 14, 3)).astype(np.int16)
    for k in range(n_images):
        own = coarse[k % N_CLASSES] + rng.integers(-30, 31, coarse.shape[1:])
        fine = np.kron(own, np.ones((14, 14, 1), np.int16)) + rng.integers(-10, 11, (SIDE, SIDE, 3))
        yield np.clip(fine, 0, 255).astype(np.uint8)


def make_zip(path: Path, n_images: int) -> None:
    """Write a zip of pictures in folders of classes."""
    with zipfile.ZipFile(path, "w") as archive:
        for k, pixels in enumerate(pictures(n_images)):
            file = io.BytesIO()
            Image.fromarray(pixels).save(file, "BMP")
            archive.writestr(f"c{k % N_CLASSES:03d}/{k:06d}.bmp", file.getvalue())


def make_array(path: Path, n_images: int) -> None:
    """Write pictures as one array, without classes."""
    with path.open("wb") as stream:
        header = {"descr": "|u1", "fortran_order": False, "shape": (n_images, SIDE, SIDE, 3)}
        np.lib.format.write_array_header_1_0(stream, header)
        for pixels in pictures(n_images):
            stream.write(pixels.tobytes())


def measured(command: Sequence[str], home: Path) -> dict[str, float]:
    """Run a command and return its seconds and the peak of its memory, in MB."""
    started, peak, own = time.perf_counter(), 0, 0
    with subprocess.Popen(command, env={**os.environ, "UMETA_HOME": str(home)}, stdout=sys.stderr) as process:
        root = psutil.Process(process.pid)
        while process.poll() is None:
            all_of_it, no_files = _memory(root)
            peak, own = max(peak, all_of_it), max(own, no_files)
            time.sleep(EVERY_SECONDS)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode}")
    seconds = round(time.perf_counter() - started, 1)
    figures = {"seconds": seconds, "peak_mb": round(peak / 2**20, 1), "own_mb": round(own / 2**20, 1)}
    print(json.dumps(figures), file=sys.stderr)  # noqa: T201
    return figures


def _memory(root: psutil.Process) -> tuple[int, int]:
    """Return the memory of a tree of processes: all of it, and what is of no file."""
    everything = no_files = 0
    for process in _tree(root):
        try:
            memory = process.memory_info()
            status = Path(f"/proc/{process.pid}/status").read_text()
        except (psutil.NoSuchProcess, OSError):
            continue
        everything += memory.rss
        kilobytes = next((line.split()[1] for line in status.splitlines() if line.startswith("RssAnon")), "0")
        no_files += int(kilobytes) << 10
    return everything, no_files


def _tree(root: psutil.Process) -> list[psutil.Process]:
    try:
        return [root, *root.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def main() -> None:
    n_images, encoder, kind = [*sys.argv[1:], *("100000", "pca", "folder")[len(sys.argv) - 1 :]]
    with tempfile.TemporaryDirectory() as folder:
        home, media = Path(folder) / "home", str(Path(folder) / "media")
        path = Path(folder) / ("many.zip" if kind == "folder" else "many.npy")
        (make_zip if kind == "folder" else make_array)(path, int(n_images))
        dataset, sheet = f"{kind}:{path}", str(Path(folder) / "tasks.png")
        umeta = [sys.executable, "-m", "umeta"]
        map_data = [sys.executable, "-c", MAP, dataset, encoder]
        stages = {
            "reading": [sys.executable, "-c", READ, dataset],
            "partition": [
                *umeta,
                "partitions",
                f"dataset={dataset}",
                f"encoder={encoder}",
                *RUN[:1],
                "--json",
            ],
            "tasks": [*umeta, "tasks", f"dataset={dataset}", f"encoder={encoder}", *RUN[:1], "--to", sheet],
            "run": [*umeta, "run", f"dataset={dataset}", f"encoder={encoder}", *RUN],
            "map by pca": [*map_data, "pca", media],
            "map by umap": [*map_data, "umap", media],
        }
        figures = {name: measured(command, home) for name, command in stages.items()}
        peaks = {name: max(figure[name] for figure in figures.values()) for name in ("peak_mb", "own_mb")}
        print(json.dumps({"n_images": int(n_images), "encoder": encoder, "data": kind, **peaks, **figures}))  # noqa: T201


if __name__ == "__main__":
    main()
