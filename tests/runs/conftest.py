import pytest

from umeta.cache import Home
from umeta.runs import RunConfig, RunDirectory
from umeta.runs.pipeline import execute

SMALL = (
    "dataset=glyphs",
    "dataset.n_classes=60",
    "dataset.n_alphabets=6",
    "encoder.dim=16",
    "partition.n_clusters=20",
    "learner.n_filters=8",
    "test.n_tasks=20",
    "device=cpu",
    "budget=smoke",
)
"""A run of seconds on a small set of glyphs."""


def small(*keys: str) -> RunConfig:
    return RunConfig.from_keys((*SMALL, *keys))


@pytest.fixture(scope="session")
def finished_home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    root = tmp_path_factory.mktemp("runs")
    return Home(root, (root / "data",))


@pytest.fixture(scope="session")
def finished(finished_home: Home) -> RunDirectory:
    """A finished run with an oracle."""
    return execute(small("oracle=true"), finished_home)[0]
