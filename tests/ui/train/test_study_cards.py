import time
from pathlib import Path

import pytest

from tests.runs.stored_runs import rewrite
from tests.studies.engines import fake_slurm
from tests.studies.small_studies import write_study
from tests.ui.conftest import OpenPage, texts
from umeta.cache import Home
from umeta.results.cell_files import export_cells
from umeta.results.study_rows import finished_cell
from umeta.stage import Step
from umeta.studies.batches import Batch, BatchRecord
from umeta.studies.cells import execute_study
from umeta.studies.directory import StudyDirectory, StudyOrder
from umeta.studies.resources import Resources
from umeta.studies.study import list_studies, load_study


@pytest.fixture
def own_home(open_page: OpenPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """A home of the test's own without any data set of files, which the page is opened over."""
    monkeypatch.setenv("UMETA_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("UMETA_DATA", raising=False)
    return Home(tmp_path / "home", ())


def open_paper(open_page: OpenPage):
    """Open the page at the budget of which nothing is finished."""
    return open_page("train").segmented_control(key="study_budget").set_value("paper").run()


def labels(app) -> list[str]:
    return [button.label for button in app.button]


def test_every_study_has_a_card_with_its_question_and_how_far_it_is(open_page: OpenPage, own_home: Home):
    app = open_paper(open_page)
    assert not app.exception
    page_text = texts(app)
    names = [name for name in list_studies() if "paper" in load_study(name).file.budgets]
    for name in names:
        study = load_study(name, "paper")
        assert study.file.title in page_text
        assert study.file.question in page_text
    assert labels(app).count("Start") == len(names)
    assert 0 < len(names) < len(list_studies())  # some have a single budget
    assert page_text.count("to go; encoders and clusters come on top") == len(names)


@pytest.mark.process
def test_started_without_its_data_it_fails_with_the_remedy(open_page: OpenPage, own_home: Home):
    app = open_paper(open_page)
    app.button(key="start simclr").click().run()
    assert not app.exception
    directory = StudyDirectory.of(StudyOrder(study="simclr", budget="paper"), own_home)
    deadline = time.monotonic() + 120
    while directory.status().state in ("running", "unknown") and time.monotonic() < deadline:
        time.sleep(0.2)
    assert directory.status().state == "failed"
    app.run()
    assert any("umeta datasets download omniglot" in warning.value for warning in app.warning)
    assert "Start" in labels(app)


def test_a_running_study_can_be_stopped_and_a_lost_one_continued(open_page: OpenPage, own_home: Home):
    directory = StudyDirectory.create(StudyOrder(study="omniglot", budget="paper"), own_home)
    directory.write_status("running", Step("study", 0, 24))  # by this process, which lives
    app = open_paper(open_page)
    assert "Stop" in labels(app)
    rewrite(directory.path / "status.json", process_started=1.0)
    app.run()
    assert not app.exception
    assert any(warning.value.startswith("Lost: its process is gone") for warning in app.warning)
    assert "Stop" not in labels(app)


def test_precomputed_cells_are_counted_and_lead_to_the_results(
    open_page: OpenPage, own_home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    path = write_study(tmp_path)
    study, elsewhere = load_study(path, "short"), Home(tmp_path / "elsewhere", ())
    some = load_study(path, "short", only="learner=none")
    assert execute_study(some, elsewhere) == []
    run = finished_cell(some, some.cells[0], elsewhere)
    assert run is not None
    export_cells([(some.cells[0], run)], study.shipped.parent, "short")
    monkeypatch.setattr("umeta.studies.study.SHIPPED", tmp_path)
    app = open_page("train")
    assert not app.exception
    assert app.get("progress")[0].proto.text == "1 of 4 cells finished, 1 of them precomputed"  # type: ignore[attr-defined]
    assert "Continue" in labels(app)
    assert "See its results" in [link.proto.label for link in app.get("page_link")]  # type: ignore[attr-defined]


def test_cells_on_an_engine_are_told_with_their_places_and_taken_back(
    open_page: OpenPage, own_home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    fake = fake_slurm.install(tmp_path / "fake", monkeypatch)
    order = StudyOrder(study="omniglot", budget="paper")
    study = order.load()
    record = BatchRecord(
        engine="slurm", run_ids=tuple(cell.run_id for cell in study.cells), resources=Resources(), job="12"
    )
    Batch.create(StudyDirectory.of(order, own_home).path, study.cells, record)
    n_cells = len(study.cells)
    fake_slurm.listed(fake, "12_0|RUNNING", *(f"12_{number}|PENDING" for number in range(1, n_cells - 1)))
    app = open_paper(open_page)
    assert not app.exception
    assert "(SLURM job 12\\_0)" in texts(app) or "(SLURM job 12_0)" in texts(app)
    places = {one.label: one for one in app.expander}[
        f"Where cells run: 1 running, {n_cells - 2} queued, 1 lost"  # other studies have some of its cells
    ]
    assert list(places.dataframe[0].value["where"][:2]) == ["SLURM job 12_0", "SLURM job 12_1"]
    assert "To submit 1 cell again: `umeta study omniglot --budget paper --on slurm --resubmit`" in texts(app)
    app.button(key="stop omniglot").click().run()
    assert (fake / "cancelled").read_text().startswith("12_[0,1,2,")
