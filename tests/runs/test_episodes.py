import numpy as np
import pytest
import torch

from tests.small_runs import small
from umeta.cache import Home
from umeta.learners.training import take_tasks
from umeta.runs import RunDirectory
from umeta.runs.episodes import episodes_of
from umeta.runs.pipeline import execute
from umeta.stage import UserError


@pytest.mark.parametrize(
    "keys", [("learner.iterations=53", "seed=3"), ("source=umtra", "learner.iterations=2")]
)
def test_the_tasks_of_a_step_are_those_that_the_learner_got(
    keys: tuple[str, ...], home: Home, monkeypatch: pytest.MonkeyPatch
):
    """A learner notes what it is given; also past the fifty steps whose tasks are drawn together."""
    config = small(*keys, "test.n_tasks=2", "baselines=nearest-neighbour")
    given, step = [], type(config.learner).step

    def noted(self, state, support, query):
        given.append((support.clone(), query.clone()))
        return step(self, state, support, query)

    monkeypatch.setattr(type(config.learner), "step", noted)
    run, _ = execute(config, home)
    dataset = run.config().dataset.load(home)
    episodes = episodes_of(run.config(), dataset, home, of_oracle=False)
    last = config.learner.iterations
    assert len(given) == last
    for number in (last, 1, 2):
        drawn = take_tasks(dataset.images, episodes.at(number), torch.device("cpu"))
        for ours, theirs in zip(drawn, given[number - 1], strict=True):
            np.testing.assert_array_equal(ours.numpy(), theirs.numpy())


def test_the_oracle_beside_a_run_gets_true_classes(finished: RunDirectory, finished_home: Home):
    config = finished.config()
    dataset = config.dataset.load(finished_home)
    tasks = episodes_of(config, dataset, finished_home, of_oracle=True).at(2)
    classes = dataset.classes.values
    for items, cluster in zip(tasks.support[0], tasks.clusters[0], strict=True):
        assert set(classes[items].tolist()) == {cluster}


def test_tasks_of_what_is_no_longer_stored_are_refused_and_nothing_is_made(
    finished: RunDirectory, home: Home
):
    config = finished.config()
    dataset = config.dataset.load(home)
    with pytest.raises(UserError, match="the embedding of its images is no longer in the cache"):
        episodes_of(config, dataset, home, of_oracle=False)
    assert not (home.products / "embeddings").exists()
    iterated = small("source.rounds=2", "learner.iterations=4")
    with pytest.raises(UserError, match="the clusters changed from round to round"):
        episodes_of(iterated, dataset, home, of_oracle=False)
