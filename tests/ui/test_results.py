import numpy as np
import pytest

from tests.ui.conftest import OpenPage, texts
from umeta.evaluation import paired_difference
from umeta.runs import RunConfig
from umeta.runs.pipeline import execute
from umeta.ui.results import difference_in_words, interval_in_words

SMOKE = (
    "dataset=digits",
    "learner=protonets",
    "learner.n_filters=8",
    "learner.iterations=4",
    "oracle=true",
    "test.n_way=2,5",
    "test.n_tasks=12",
    "budget=smoke",
)


@pytest.fixture
def finished(shared_home):
    return execute(RunConfig.from_keys(SMOKE), shared_home)[0]


def row(method: str, accuracy: float = 0.5) -> dict:
    return {
        "method": method,
        "n_way": 2,
        "n_shot": 1,
        "bn": None,
        "accuracy": accuracy,
        "n_tasks": 2,
        "seed": 0,
    }


def answers(*right: int) -> np.ndarray:
    """Tasks of 2 classes × 5 queries of which so many are right."""
    flat = np.arange(10)[None, :] < np.array(right)[:, None]
    return flat.reshape(len(right), 2, 5)


def test_the_sentence_gives_the_paired_difference_worked_by_hand():
    # differences 0.3, 0.5, 0.4, 0.4: mean 0.4, sd 0.0816, so ± 1.96 · 0.0816 / 2 = 0.08
    found = paired_difference(answers(8, 9, 7, 6), answers(5, 4, 3, 2))
    words = difference_in_words(found, row("CACTUs-ProtoNets"), row("nearest-neighbour"))
    assert words == (
        "CACTUs-ProtoNets beats nearest-neighbour on the same embedding by 40.0 points [32.0, 48.0] "
        "on the same 4 tasks (2-way 1-shot)."
    )


def test_a_loss_is_called_a_loss():
    found = paired_difference(answers(5, 4, 3, 2), answers(8, 9, 7, 6))
    assert "falls behind linear by 40.0 points [32.0, 48.0]" in difference_in_words(
        found, row("A"), row("linear")
    )


def test_what_the_interval_does_not_decide_is_called_undecided():
    # differences 0.2, −0.1: mean 0.05, sd 0.2121, ± 0.294
    found = paired_difference(answers(7, 4), answers(5, 5))
    assert "cannot be told apart: +5.0 points [-24.4, 34.4]" in difference_in_words(found, row("A"), row("B"))


def test_the_interval_says_its_n():
    words = interval_in_words([row("A")])
    assert "2 test tasks" in words
    assert "n = 1" in words


def test_without_a_finished_run_the_demo_is_shown_as_precomputed(open_page: OpenPage, home, monkeypatch):
    monkeypatch.setenv("UMETA_HOME", str(home.root))
    app = open_page("results")
    monkeypatch.setenv("UMETA_HOME", str(home.root))
    app.run()
    assert not app.exception
    assert "Precomputed results" in app.info[0].value
    assert "on the same 1,000 tasks (5-way 1-shot)" in app.subheader[0].value


def test_a_finished_run_is_shown_with_all_that_belongs_to_it(finished, open_page: OpenPage):
    app = open_page("results", run=finished.run_id)
    assert not app.exception
    assert not app.warning
    assert "nearest-neighbour on the same embedding" in app.subheader[0].value
    table = app.dataframe[0].value
    result = finished.result()
    assert len(table) == len(result["results"]) == 10
    assert {"batch norm", "split", "seed", "tasks", "tasks hash", "chance %"} <= set(table.columns)
    assert result["tasks_hash"] in texts(app)
    assert "Labels: none" in texts(app)
    assert len(app.get("download_button")) == 4
    assert "chance" in app.get("plotly_chart")[0].proto.spec


def test_an_unknown_run_in_the_link_is_announced(finished, open_page: OpenPage):
    app = open_page("results", run="never-there")
    assert not app.exception
    assert "never-there" in app.warning[0].value


def test_a_run_without_its_record_of_answers_still_shows_its_accuracies(finished, open_page: OpenPage):
    record = finished.path / "correct.safetensors"
    kept = record.read_bytes()
    record.write_bytes(b"damaged")
    try:
        app = open_page("results", run=finished.run_id)
        assert not app.exception
        assert "no interval" in app.subheader[0].value
    finally:
        record.write_bytes(kept)
