"""Tests umeta.runs.map_positions too."""

import signal

import numpy as np
import pytest

from umeta.cache import Home
from umeta.encoders import Embedding
from umeta.runs import map_positions
from umeta.runs.projection_process import LayoutProcess
from umeta.stage import Step, UserError

pytestmark = pytest.mark.process

KEY = {"images": "some", "encoder": {"name": "given"}}


@pytest.fixture
def stored(home: Home, monkeypatch: pytest.MonkeyPatch) -> Home:
    """A home with an embedding of 40 items; a process of its own finds it by the environment."""
    monkeypatch.setenv("UMETA_HOME", str(home.root))
    vectors = np.random.default_rng(0).normal(size=(40, 5)).astype(np.float32)
    home.arrays("embeddings", KEY, lambda: {"embedding": vectors})
    return home


def test_positions_made_apart_are_those_made_here(stored: Home):
    items, steps = np.arange(3, 30), list[Step]()
    LayoutProcess("pca").lay_out(KEY, items, on_step=steps.append)
    assert (steps[-1].done, steps[-1].total) == (1, 1)
    key = map_positions.positions_key(KEY, items, "pca")
    assert stored.has("projections", key)
    found = stored.arrays("projections", key, dict)["positions"]
    vectors = stored.arrays("embeddings", KEY, dict)["embedding"]
    embedding = Embedding(vectors, np.arange(40), KEY)
    here = map_positions.positions(embedding, items, "pca", Home(stored.root / "elsewhere", ()))
    assert np.array_equal(found, here)


def test_what_goes_wrong_there_is_said_here(stored: Home):
    with pytest.raises(UserError, match="t-SNE needs 8 items or more; there are 3"):
        LayoutProcess("tsne").lay_out(KEY, np.arange(3), on_step=lambda step: None)
    with pytest.raises(UserError, match="no longer stored"):
        LayoutProcess("pca").lay_out({**KEY, "encoder": "other"}, np.arange(3), on_step=lambda step: None)


def test_one_that_is_not_needed_ends():
    process = LayoutProcess("pca")
    process.give_up()
    assert process._process.returncode == -signal.SIGKILL
