"""The Results page as a person meets it.

Tests umeta.ui.results.cells, umeta.ui.results.cost, umeta.ui.results.downloads, umeta.ui.results.hard_tasks,
umeta.ui.results.headline, umeta.ui.results.microscope, umeta.ui.results.numbers, umeta.ui.results.opened_task,
umeta.ui.results.overview, umeta.ui.results.paired_differences, umeta.ui.results.result_set, umeta.ui.results.rounds,
umeta.ui.results.study_cells and umeta.ui.results.task_by_task too.
"""

import re
from pathlib import Path

import pytest
import torch

from tests.runs.stored_runs import rewrite
from tests.ui.conftest import AllWork, OpenPage, check_code_of_charts, html_of, texts
from umeta.cache import Home
from umeta.demo import MAML as MAML_DEMO
from umeta.evaluation import evaluate
from umeta.results.finished_run import FinishedRun
from umeta.results.reload import config_of, dataset_of, learner_of, tasks_of
from umeta.runs import RunConfig, RunDirectory
from umeta.runs.pipeline import execute
from umeta.studies import study
from umeta.studies.cells import execute_study
from umeta.studies.study import load_study
from umeta.ui.results.headline import interval_meaning

DIGITS = ("dataset=digits", "oracle=true", "test.n_way=2,5", "test.n_tasks=12", "budget=smoke")
PROTONETS = (*DIGITS, "learner=protonets", "learner.n_filters=8", "learner.iterations=4")
MAML = (*DIGITS, "learner=maml", "learner.n_filters=4", "learner.iterations=2", "learner.test_inner_steps=2")
SECTIONS = (
    "Numbers",
    "Who beats whom?",
    "Task by task",
    "Which tasks are hard?",
    "What did it cost?",
    "Inside a learner",
    "Why is my number different?",
    "Take away",
    "Config",
)
STUDY = """
title: Do clusters help?
question: Is a learner on clusters better than one on random clusters?
common:
  dataset: digits
  encoder: pca
  learner: {name: protonets, n_filters: 8, iterations: 4}
  test: {n_way: 5, n_shot: 1, n_tasks: 12}
budgets: {short: {}}
grid:
  - {partition: {name: kmeans, n_clusters: 20}, seed: [0, 1]}
  - {partition: {name: random, n_clusters: 20}, baselines: [], seed: [0, 1]}
comparisons:
  - claim: Clusters beat chance.
    a: {partition: kmeans, method: CACTUs-ProtoNets}
    b: {partition: random, method: random-ProtoNets}
"""


@pytest.fixture
def finished(shared_home: Home) -> RunDirectory:
    return execute(RunConfig.from_keys(PROTONETS), shared_home)[0]


@pytest.fixture
def maml(shared_home: Home) -> RunDirectory:
    return execute(RunConfig.from_keys(MAML), shared_home)[0]


def test_the_interval_says_its_n():
    assert "2 tasks" in interval_meaning(2, 1)
    assert "n = 1" in interval_meaning(2, 1)
    assert "n = 3" in interval_meaning(2, 3)


def test_without_a_finished_run_the_demo_is_shown_as_precomputed(
    open_page: OpenPage, home: Home, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("UMETA_HOME", str(home.root))
    app = open_page("results")
    assert not app.exception
    assert "Precomputed results" in texts(app)
    assert "on the same 1,000 tasks (5-way 1-shot)" in app.subheader[0].value
    check_code_of_charts(app)


def test_the_microscope_opens_the_demos_learner_where_nothing_was_trained(
    open_page: OpenPage, home: Home, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("UMETA_HOME", str(home.root))
    app = open_page("results", section="Inside a learner", test_task="5")
    assert not app.exception
    assert not app.error
    assert str(app.selectbox(key="inside").value).startswith("CACTUs-MAML")
    assert "after meta-training, head alone" in app.get("plotly_chart")[1].proto.spec


def test_the_demos_weights_give_the_answers_that_came_with_them(home: Home):
    maml = FinishedRun.of(RunDirectory(MAML_DEMO), precomputed=True)
    assert maml is not None
    row = next(row for row in maml.rows if row.method.batch_norm == "transductive")
    dataset, config = dataset_of(maml, home), config_of(maml)
    state = learner_of(maml, dataset, home, true_classes=False)
    tasks = tasks_of(maml, row, dataset).tasks[:10]
    images = dataset.images.tensor()
    classifier = config.learner.classifier(state, batch_norm="transductive")
    kept = maml.correct(row)
    assert kept is not None
    found = evaluate(classifier, images, tasks, device=torch.device("cpu"))
    assert (found == kept[:10]).mean() > 0.98  # processors round differently


def test_a_finished_run_is_shown_with_all_that_belongs_to_it(finished: RunDirectory, open_page: OpenPage):
    app = open_page("results", run=finished.run_id, setting="all")
    assert not app.exception
    assert not app.warning
    assert "nearest-neighbour on the same embedding" in app.subheader[0].value
    table = app.dataframe[0].value
    result = finished.result()
    assert result is not None
    assert len(table) == len(result.rows) == 10
    assert {"batch norm", "split", "seeds", "tasks", "tasks hash", "chance %", "± classes"} <= set(
        table.columns
    )
    assert all(row.tasks_hash in texts(app) for row in result.rows)
    assert "Labels: none" in texts(app)
    assert "chance" in app.get("plotly_chart")[0].proto.spec


def test_results_on_views_speak_of_images_where_others_speak_of_classes(
    finished: RunDirectory, open_page: OpenPage, shared_home: Home
):
    on_views = execute(
        RunConfig.from_keys((*DIGITS[:1], *DIGITS[2:], "learner=none", "test.of=views")), shared_home
    )
    rewrite(on_views[0].result_file, notes=["2 files left *out*"])
    app = open_page("results", run=on_views[0].run_id, over="images", section="Who beats whom?")
    assert not app.exception
    assert not app.warning
    assert app.segmented_control(key="over").options == ["tasks", "images"]
    assert app.segmented_control(key="over").value == "images"
    assert "Intervals are over images, as chosen above" in texts(app)
    assert "1 note on how these results were made" in [expander.label for expander in app.expander]
    assert "- 2 files left \\*out\\*" in texts(app)
    assert all("± images" in table.value.columns for table in app.dataframe)
    assert not re.search("over (other )?classes|± classes", texts(app))
    app.multiselect(key="run").set_value([finished.run_id]).run()
    assert not app.exception
    assert app.segmented_control(key="over").value == "tasks"


@pytest.mark.parametrize("section", SECTIONS)
def test_every_section_opens_by_its_link(section: str, finished: RunDirectory, open_page: OpenPage):
    app = open_page("results", run=finished.run_id, section=section, setting="5-way 1-shot")
    assert not app.exception
    assert not app.error
    assert not app.warning
    charts = {
        *("Who beats whom?", "Task by task", "Which tasks are hard?", "What did it cost?"),
        "Why is my number different?",
    }
    assert len(app.get("plotly_chart")) == (2 if section in charts else 1)
    if section in charts:
        check_code_of_charts(app)


def test_a_cost_is_counted_by_either_clock_and_the_link_says_which(
    finished: RunDirectory, open_page: OpenPage
):
    app = open_page("results", run=finished.run_id, section="What did it cost?", setting="5-way 1-shot")
    assert "CPU seconds" in app.dataframe[0].value.columns
    passed = open_page(
        "results", run=finished.run_id, section="What did it cost?", setting="5-way 1-shot", clock="seconds"
    )
    assert not passed.exception
    assert {"seconds", "training"} <= set(passed.dataframe[0].value.columns)
    assert "CPU seconds" not in passed.dataframe[0].value.columns


def test_a_hard_task_is_opened_with_who_was_right_in_words(finished: RunDirectory, open_page: OpenPage):
    app = open_page(
        "results", run=finished.run_id, section="Which tasks are hard?", setting="5-way 1-shot", test_task="3"
    )
    assert not app.exception
    assert app.number_input(key="test_task").value == 3
    (grid,) = [html for html in html_of(app) if "umeta-tile" in html]
    correct = 5 * 5  # queries, each with a word for A and one for B
    assert grid.count("right</span>") + grid.count("wrong</span>") == 2 * correct
    assert "Reliability" in texts(app) or "picked by luck" in texts(app)


def test_everything_can_be_taken_away(finished: RunDirectory, open_page: OpenPage):
    app = open_page("results", run=finished.run_id, section="Take away")
    assert not app.exception
    labels = [button.proto.label for button in app.get("download_button")]  # type: ignore[attr-defined]
    assert {"CSV", "LaTeX", "Markdown", "HTML", "Result (JSON)", "Test tasks 5way 1shot"} <= set(labels)


def test_the_microscope_follows_a_maml_through_one_test_task(maml: RunDirectory, open_page: OpenPage):
    app = open_page(
        "results", run=maml.run_id, section="Inside a learner", setting="5-way 1-shot", test_task="2"
    )
    assert not app.exception
    assert not app.error
    chart = app.get("plotly_chart")[1].proto
    assert "after meta-training, head alone" in chart.spec
    check_code_of_charts(app)
    app.session_state["umeta.stopped"] = AllWork()  # it was stopped before, and one click makes it go on
    app.button(key="compare").click().run()
    assert not app.exception
    assert "Linear CKA" in texts(app)


def test_a_learner_whose_weights_are_gone_says_so(maml: RunDirectory, open_page: OpenPage, shared_home: Home):
    learners, aside = shared_home.products / "learners", shared_home.products / "aside"
    learners.rename(aside)
    try:
        app = open_page(
            "results", run=maml.run_id, section="Inside a learner", setting="2-way 1-shot", test_task="5"
        )
    finally:
        aside.rename(learners)
    assert not app.exception
    assert any("not kept here" in info.value for info in app.info)


def test_runs_on_the_same_tasks_are_compared_and_others_named(
    finished: RunDirectory, maml: RunDirectory, open_page: OpenPage, shared_home: Home
):
    other = execute(RunConfig.from_keys((*PROTONETS, "test.seed=7")), shared_home)[0]
    app = open_page("results")
    app.multiselect(key="run").set_value([finished.run_id, maml.run_id, other.run_id]).run()
    assert not app.exception
    assert f"**{other.run_id}** is left out: it was judged on other test tasks: test.seed=7." in [
        warning.value for warning in app.warning
    ]
    methods = set(app.dataframe[0].value["method"])
    assert {
        "CACTUs-ProtoNets (running BN)",
        "CACTUs-MAML (transductive BN)",
        "oracle-MAML (support BN)",
    } <= methods


def test_an_unknown_run_in_the_link_is_announced(finished: RunDirectory, open_page: OpenPage):
    app = open_page("results", run="never-there")
    assert not app.exception
    assert "never-there" in app.warning[0].value


def test_a_run_without_its_record_of_answers_still_shows_its_accuracies(
    open_page: OpenPage, shared_home: Home
):
    run = execute(RunConfig.from_keys((*PROTONETS, "seed=5")), shared_home)[0]
    (run.path / "correct.safetensors").write_bytes(b"damaged")
    for section in SECTIONS:
        app = open_page("results", run=run.run_id, section=section)
        assert not app.exception
        assert "no interval" in app.subheader[0].value


@pytest.fixture
def studies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with one tiny study in place of those that come with umeta."""
    (tmp_path / "tiny.yaml").write_text(STUDY)
    monkeypatch.setattr(study, "SHIPPED", tmp_path)
    return tmp_path


def test_a_study_without_cells_says_how_to_run_it(studies: Path, open_page: OpenPage):
    app = open_page("results", study="tiny")
    assert not app.exception
    assert "umeta study tiny --budget short" in app.info[0].value


def test_a_study_answers_its_claims_over_its_trainings(studies: Path, open_page: OpenPage, shared_home: Home):
    assert execute_study(load_study("tiny"), shared_home) == []
    app = open_page("results", study="tiny", over="trainings")
    assert not app.exception
    assert not app.warning
    assert "over 2 trainings" in app.subheader[0].value
    assert "*Clusters beat chance.*" in texts(app)
    assert "4 of 4 cells are finished" in texts(app)
    table = app.dataframe[0].value.set_index("method")
    assert table.loc["CACTUs-ProtoNets (running BN)", "seeds"] == "0, 1"


def test_an_unknown_study_in_the_link_is_announced(open_page: OpenPage):
    app = open_page("results", study="nothing")
    assert not app.exception
    assert "study='nothing' is not here" in app.warning[0].value


def test_an_iterated_training_is_shown_by_round(
    open_page: OpenPage, shared_home: Home, finished: RunDirectory
):
    words = [word for word in PROTONETS if word != "oracle=true"]
    iterated, result = execute(RunConfig.from_keys([*words, "source.rounds=2"]), shared_home)
    assert len(result.rounds) == 2
    app = open_page("results", run=iterated.run_id, section="By round", setting="5-way 1-shot")
    assert not app.exception
    assert not app.error
    said = texts(app)
    assert "the purity of what it clusters" in said.lower()
    assert "not seen in training" in said
    plain = open_page("results", run=finished.run_id, section="By round")
    assert not plain.exception
    assert "is not here" in plain.warning[0].value


def test_what_sees_queries_together_is_in_no_sentence_with_what_sees_each_alone_and_its_tasks_open(
    open_page: OpenPage, shared_home: Home
):
    baselines = "baselines=[prototypes, nearest-neighbour, {name: prototypes, queries: soft-kmeans}]"
    keys = (
        "dataset=digits",
        "learner=none",
        baselines,
        "test.n_tasks=12",
        "test.query_dirichlet=2",
        "budget=smoke",
    )
    run = execute(RunConfig.from_keys(keys), shared_home)[0]
    for section in SECTIONS:
        app = open_page("results", run=run.run_id, section=section)
        assert not app.exception
        assert "soft-kmeans" not in app.subheader[0].value
    app = open_page("results", run=run.run_id, section="Who beats whom?")
    sentences = [markdown.value for markdown in app.markdown if "No sentence compares" in markdown.value]
    assert "nearest-neighbour, which sees each query alone, with prototypes-soft-kmeans" in plain_text(
        sentences[0]
    )
    assert "the same 12 tasks (5-way 1-shot, Dirichlet(2) queries)" in plain_text(sentences[0])
    page = "".join(html_of(open_page("results", run=run.run_id, section="Which tasks are hard?")))
    tiles = set(re.findall(r"item \d+, query of row \d", page))
    assert len(tiles) == 25  # as many as with equally many of each class, each under the row that it is of


def plain_text(markdown: str) -> str:
    """Markdown without its escapes."""
    return markdown.replace("\\", "")
