import pytest
from streamlit.testing.v1 import AppTest

from tests.ui.conftest import OpenPage, texts
from umeta.cache import Home
from umeta.demo import DEMO
from umeta.runs import RunConfig, RunDirectory
from umeta.runs.pipeline import execute

QUICK = ("learner=none", "baselines=nearest-neighbour", "test.n_tasks=4", "budget=smoke")


@pytest.fixture
def own_home(home: Home, open_page: OpenPage, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setenv("UMETA_HOME", str(home.root))
    return home


@pytest.fixture
def digits(own_home: Home) -> RunDirectory:
    return execute(RunConfig.from_keys(["dataset=digits", *QUICK]), own_home)[0]


def runs_on(app: AppTest) -> list[str]:
    return app.multiselect(key="run").value


def test_the_runs_of_the_sidebars_images_are_shown(digits: RunDirectory, open_page: OpenPage):
    app = open_page("results")
    assert not app.exception
    assert app.multiselect(key="run").options == [digits.run_id, DEMO]
    assert runs_on(app) == [digits.run_id]
    assert not [info for info in app.info if "the sidebar has" in info.value]


def test_where_none_is_finished_the_demo_is_shown_and_said_to_be_of_other_images(
    digits: RunDirectory, open_page: OpenPage
):
    app = open_page("results", dataset="glyphs")
    assert not app.exception
    assert app.multiselect(key="run").options == [DEMO]
    other_images = open_page("results", dataset="digits", run=DEMO)
    assert "This is the precomputed demo, of **glyphs**" in texts(other_images)
    assert "the sidebar has **digits**" in texts(other_images)


def test_a_run_in_the_link_comes_first_until_other_images_are_chosen(
    digits: RunDirectory, open_page: OpenPage
):
    app = open_page("results", dataset="glyphs", run=digits.run_id)
    assert not app.exception
    assert runs_on(app) == [digits.run_id]
    assert "These are results of **digits**" in texts(app)
    assert "the sidebar has **glyphs**" in texts(app)
    app.selectbox(key="dataset").set_value("digits").run()
    assert not app.exception
    assert runs_on(app) == [digits.run_id]
    app.selectbox(key="dataset").set_value("glyphs").run()
    assert not app.exception
    assert runs_on(app) == [DEMO]
