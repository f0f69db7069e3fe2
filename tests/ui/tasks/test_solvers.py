import re

import pytest

from tests.ui.conftest import OpenPage, texts
from tests.ui.tasks.page_content import board_task
from umeta.cache import Home
from umeta.runs.config import RunConfig
from umeta.runs.pipeline import execute


@pytest.fixture(scope="module")
def learner_home(tmp_path_factory) -> Home:
    """Return a home with one finished run, whose learner takes up to any number of ways."""
    home = Home(tmp_path_factory.mktemp("learner"), ())
    keys = [
        "dataset=digits",
        "encoder=pixels",
        "partition.n_clusters=20",
        "learner=protonets",
        "budget=smoke",
    ]
    execute(RunConfig.from_keys([*keys, "learner.iterations=3", "test.n_tasks=20"]), home)
    return home


def test_learners_of_finished_runs_answer_too(open_page: OpenPage, learner_home: Home, monkeypatch):
    monkeypatch.setenv("UMETA_HOME", str(learner_home.root))
    link = {"n_way": "3", "n_query": "2", "encoder": "pixels", "n_clusters": "20"}
    board = open_page("tasks", section="guess it", **link)
    task = board_task(board)
    app = open_page("tasks", section="guess it", guess=f"{task}-1.1.2.2.3.3", **link)
    assert not app.exception
    assert re.search(
        r"You got 6 of 6 right; the nearest neighbour \d, CACTUs-ProtoNets \d; guessing", texts(app)
    )
    browsed = open_page("tasks", section="browse", **link)
    names = browsed.selectbox(key="solver").options
    assert [name.partition(" · ")[0] for name in names] == ["nearest neighbour", "CACTUs-ProtoNets"]
    browsed.selectbox(key="solver").select(names[1]).run()
    assert not browsed.exception
    assert browsed.dataframe[0].value["right %"].is_monotonic_increasing  # the hardest for it first


def test_a_learner_is_offered_as_long_as_its_weights_are_stored(
    open_page: OpenPage, learner_home: Home, monkeypatch
):
    monkeypatch.setenv("UMETA_HOME", str(learner_home.root))
    weights, elsewhere = learner_home.products / "learners", learner_home.root / "put away"

    def offered() -> list[str]:
        link = {"n_way": "3", "n_query": "2", "encoder": "pixels", "n_clusters": "20"}
        app = open_page("tasks", section="browse", **link)
        assert not app.exception
        return [name.partition(" · ")[0] for name in app.selectbox(key="solver").options]

    assert offered() == ["nearest neighbour", "CACTUs-ProtoNets"]
    weights.rename(elsewhere)
    assert offered() == ["nearest neighbour"]
    elsewhere.rename(weights)
    assert offered() == ["nearest neighbour", "CACTUs-ProtoNets"]
