"""The works whose growth is measured, and the measuring of one of them in this process."""

import resource
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import psutil
import torch

from umeta.figures.growth import Growth
from umeta.learners import LEARNERS
from umeta.projections import project
from umeta.tasks import PartitionSource, TaskConfig
from umeta.vectors import kmeans, nearest_neighbours, nearly_nearest_neighbours

DIM, N_CENTRES, BLOCK = 256, 3000, 10_000
N_NEIGHBOURS, N_QUERIES, N_CLUSTERS, ITERATIONS, N_TASKS = 15, 1000, 1000, 10, 1000
SHAPE = TaskConfig(n_way=20, n_shot=1, n_query=5)
STEP_SHAPE = TaskConfig(n_way=5, n_shot=1, n_query=5)
WARM_UP = 10_000
"""Items that a work is done on first, so that no import is measured."""
REPEATS, ENOUGH = 5, 2.0
"""How often a work is done, the fastest of which counts: fewer times once it has taken so many seconds."""
WATCH_EVERY = 0.005
"""Seconds between two looks at the memory."""

Work = Callable[[], object]


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
    """Tasks from a partition into clusters of 40 items on average, its preparation included."""
    partition = np.random.default_rng(0).integers(len(vectors) // 40, size=len(vectors)).astype(np.int32)
    return lambda: PartitionSource([partition]).sample(N_TASKS, SHAPE, rng=np.random.default_rng(0))


def first_map(vectors: np.ndarray) -> Work:
    """The map that Explore shows first."""
    return lambda: project(vectors, "tsne")


OF_ITEMS: Mapping[str, Callable[[np.ndarray], Work]] = {
    "neighbours": neighbours,
    "inverted-file": inverted_file,
    "k-means": clusters,
    "sampling": sampling,
    "map": first_map,
}
MAML = "maml"


def meta_step(n_tasks: int) -> Work:
    """A step of MAML."""
    generator, device = torch.Generator().manual_seed(0), torch.device("cpu")
    learner = LEARNERS.parse(MAML)
    state = learner.init((1, 28, 28), STEP_SHAPE.n_way, generator=generator, device=device)
    shape = (n_tasks, STEP_SHAPE.n_way, STEP_SHAPE.items_per_class, 1, 28, 28)
    images = torch.randint(256, shape, dtype=torch.uint8, generator=generator)
    support, query = images[:, :, : STEP_SHAPE.n_shot], images[:, :, STEP_SHAPE.n_shot :]
    return lambda: learner.step(state, support, query)


def write_vectors(file: Path, size: int) -> None:
    """Write vectors of a mixture of Gaussians, some at a time."""
    rng = np.random.default_rng(0)
    centres = rng.standard_normal((N_CENTRES, DIM), np.float32)
    array = np.lib.format.open_memmap(file, "w+", np.float32, (size, DIM))
    for start in range(0, size, BLOCK):
        part = array[start : start + BLOCK]
        part[:] = rng.standard_normal(part.shape, np.float32)
        part += centres[rng.integers(N_CENTRES, size=len(part))]
    array.flush()


def measure_here(name: str, size: int, file: Path) -> Growth:
    """Measure a work in this process, which must have done nothing large before."""
    if name == MAML:
        work = meta_step(size)
        work()
    else:
        vectors = np.load(file, mmap_mode="r")
        OF_ITEMS[name](vectors[:WARM_UP])()
        work = OF_ITEMS[name](vectors)
    seconds: list[float] = []
    cpu_seconds: list[float] = []
    with _Watch() as watch:
        while len(seconds) < REPEATS and sum(seconds) < ENOUGH:
            start, cpu_start = time.perf_counter(), time.process_time()
            work()
            seconds.append(time.perf_counter() - start)
            cpu_seconds.append(time.process_time() - cpu_start)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss << 10
    return Growth(size, min(seconds), min(cpu_seconds), watch.peak / 2**20, peak / 2**20)


class _Watch(threading.Thread):
    """Looks, while its `with` runs, how many bytes of the process's memory are no pages of files at most."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.peak, self._process, self._done = 0, psutil.Process(), threading.Event()

    def run(self) -> None:
        while not self._done.wait(WATCH_EVERY):
            memory = self._process.memory_info()
            self.peak = max(self.peak, memory.rss - memory.shared)

    def __enter__(self) -> "_Watch":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self.join()
