"""How time and memory grow: items from 10,000 to 1,000,000, tasks a meta-step from 1 to 64: `umeta bench growth`.

Each measurement is taken in a process of its own, so that its peak of memory is its own. The vectors are normal around
1,000 random centres, of 256 numbers, in a file that is mapped. Neighbours are the 15 that maps need, exact for 1,000
items and by the inverted file for all; k-means makes 1,000 clusters (a tenth of fewer items) by 10 iterations; sampling
draws 1,000 20-way tasks from one partition, its preparation included; MAML takes one 5-way step on images of 28 × 28.

`umeta bench growth --sizes 10000 100000 --tasks 1 8 --to growth.html` takes fewer and draws the chart.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import torch

from umeta.cache import Home
from umeta.figures.growth import Growth, exponent, growth_chart
from umeta.learners import LEARNERS
from umeta.tasks import PartitionSource, TaskConfig
from umeta.vectors import kmeans, nearest_neighbours
from umeta.vectors.neighbours import nearly_nearest_neighbours

DIM, N_CENTRES, BLOCK = 256, 1000, 10_000
N_NEIGHBOURS, N_QUERIES, N_CLUSTERS, ITERATIONS, N_TASKS = 15, 1000, 1000, 10, 1000
SHAPE = TaskConfig(n_way=20, n_shot=1, n_query=5)
STEP_SHAPE = TaskConfig(n_way=5, n_shot=1, n_query=5)
SIZES, TASKS = (10_000, 31_623, 100_000, 316_228, 1_000_000), (1, 2, 4, 8, 16, 32, 64)

Work = Callable[[], object]


def main() -> None:
    """Measure and print, as JSON with `--json`, and draw with `--to FILE.html`."""
    parser = argparse.ArgumentParser(prog="growth")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--only", nargs="+", choices=[*OF_ITEMS, "maml"], default=[*OF_ITEMS, "maml"])
    parser.add_argument("--sizes", nargs="+", type=int, default=SIZES)
    parser.add_argument("--tasks", nargs="+", type=int, default=TASKS)
    parser.add_argument("--to", type=Path, help="an HTML file for the chart")
    parser.add_argument("--alone", nargs=3, help=argparse.SUPPRESS)  # a case, its size and the vectors' file
    given = parser.parse_args()
    if given.alone:
        measure_here(given.alone[0], int(given.alone[1]), Path(given.alone[2]))
        return
    load = round(os.getloadavg()[0], 1)
    with tempfile.TemporaryDirectory(dir=Home.from_environment().root) as folder:
        items = {name: [] for name in given.only if name != "maml"}
        for size in given.sizes if items else ():
            file = Path(folder) / f"{size}.npy"
            write_vectors(file, size)
            for name in items:
                items[name].append(measured(name, size, file))
            file.unlink()
    tasks = [measured("maml", size, Path(os.devnull)) for size in given.tasks] if "maml" in given.only else []
    charts = {"items": items, "tasks a step": {"MAML": tasks} if tasks else {}}
    cases = [
        {
            "name": name,
            "of": of,
            "exponent": round(exponent(points), 3),
            "points": [p._asdict() for p in points],
        }
        for of, works in charts.items()
        for name, points in works.items()
    ]
    report = {"cpus": os.cpu_count(), "load": load, "dim": DIM, "cases": cases}
    sys.stdout.write(json.dumps(report, indent=1) + "\n" if given.json else table(charts))
    if given.to:
        drawn = [
            growth_chart(works, of).figure.to_html(full_html=False) for of, works in charts.items() if works
        ]
        given.to.write_text("\n".join(drawn), "utf-8")


def neighbours(vectors: np.ndarray) -> Work:
    """Exact neighbours of some items."""
    queries = np.array(vectors[:N_QUERIES])
    return lambda: nearest_neighbours(vectors, queries, N_NEIGHBOURS)


def inverted_file(vectors: np.ndarray) -> Work:
    """Nearly all neighbours of all items."""
    return lambda: nearly_nearest_neighbours(vectors, N_NEIGHBOURS)


def clusters(vectors: np.ndarray) -> Work:
    """k-means."""
    n_clusters = min(N_CLUSTERS, len(vectors) // 10)
    return lambda: kmeans(vectors, n_clusters, seed=0, max_iterations=ITERATIONS)


def sampling(vectors: np.ndarray) -> Work:
    """Tasks from a partition into clusters of 40 items on average."""
    partition = np.random.default_rng(0).integers(len(vectors) // 40, size=len(vectors)).astype(np.int32)
    return lambda: PartitionSource([partition]).sample(N_TASKS, SHAPE, rng=np.random.default_rng(0))


OF_ITEMS: Mapping[str, Callable[[np.ndarray], Work]] = {
    "neighbours": neighbours,
    "inverted-file": inverted_file,
    "k-means": clusters,
    "sampling": sampling,
}


def meta_step(n_tasks: int) -> Work:
    """A second step of MAML, after one that sets everything up."""
    generator, device = torch.Generator().manual_seed(0), torch.device("cpu")
    learner = LEARNERS.parse("maml")
    state = learner.init((1, 28, 28), STEP_SHAPE.n_way, generator=generator, device=device)
    shape = (n_tasks, STEP_SHAPE.n_way, STEP_SHAPE.items_per_class, 1, 28, 28)
    images = torch.randint(256, shape, dtype=torch.uint8, generator=generator)
    support, query = images[:, :, : STEP_SHAPE.n_shot], images[:, :, STEP_SHAPE.n_shot :]
    learner.step(state, support, query)
    return lambda: learner.step(state, support, query)


def measured(name: str, size: int, file: Path) -> Growth:
    """Measure in a process of its own."""
    sys.stderr.write(f"{name} {size:,}\n")
    command = [sys.executable, "-m", "tests.benchmarks.growth", "--alone", name, str(size), str(file)]
    return Growth(**json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout))


def measure_here(name: str, size: int, file: Path) -> None:
    """Measure in this process and print the result."""
    work = meta_step(size) if name == "maml" else OF_ITEMS[name](np.load(file, mmap_mode="r"))
    start = time.perf_counter()
    work()
    seconds = time.perf_counter() - start
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sys.stdout.write(json.dumps(Growth(size, seconds, peak_mb)._asdict()))


def write_vectors(file: Path, size: int) -> None:
    """Write vectors around random centres, some at a time."""
    rng = np.random.default_rng(0)
    centres = rng.standard_normal((N_CENTRES, DIM), np.float32)
    array = np.lib.format.open_memmap(file, "w+", np.float32, (size, DIM))
    for start in range(0, size, BLOCK):
        part = array[start : start + BLOCK]
        part[:] = centres[rng.integers(N_CENTRES, size=len(part))] + rng.standard_normal(
            part.shape, np.float32
        )
    array.flush()


def table(charts: Mapping[str, Mapping[str, list[Growth]]]) -> str:
    """Return the measurements as lines of text."""
    line = "{:16} {:>12} {:>10} {:>10}\n".format
    lines = []
    for of, works in charts.items():
        for name, points in works.items():
            lines.append(line(f"{name} ^{exponent(points):.2f}", of, "seconds", "peak MB"))
            lines += [line("", f"{p.size:,}", f"{p.seconds:.3f}", f"{p.peak_mb:.0f}") for p in points]
    return "".join(lines)


if __name__ == "__main__":
    main()
