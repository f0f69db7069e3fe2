"""Tests umeta.ui.train.episode too."""

import shutil
from pathlib import Path

import pytest

from tests.ui.conftest import OpenPage, html_of, open_folds, texts
from umeta.cache import Home
from umeta.runs import RunDirectory
from umeta.ui.train.watching import LOG_BYTES, LOG_LINES, log_lines


def test_the_last_whole_lines_of_a_log_are_shown(tmp_path: Path):
    log = tmp_path / "run.log"
    assert log_lines(log) == []
    log.write_bytes(b"first\nsecond \xff\n")
    assert log_lines(log) == ["first", "second �"]
    log.write_text("".join(f"line {number} {'x' * 1000}\n" for number in range(100)))
    lines = log_lines(log)
    assert lines[-1].startswith("line 99 ")
    assert all(line.startswith("line ") for line in lines)
    assert len(lines) <= min(LOG_LINES, LOG_BYTES // 1000)


@pytest.fixture
def watched(
    finished: RunDirectory, finished_home: Home, open_page: OpenPage, home: Home, monkeypatch
) -> Home:
    """A home with a finished run, its oracle and its log, which the page is opened over."""
    shutil.copytree(finished_home.root, home.root)
    (home.runs / finished.run_id / "run.log").write_text("made <here>\n")
    monkeypatch.setenv("UMETA_HOME", str(home.root))
    return home


def test_a_finished_run_is_replayed_step_by_step(watched: Home, finished: RunDirectory, open_page: OpenPage):
    last = finished.config().learner.iterations
    app = open_page("train", run=finished.run_id)
    assert not app.exception
    (slider,) = app.slider
    assert (slider.min, slider.max, slider.value) == (1, last, last)
    assert f"**Episode of step {last}**" in texts(app)
    assert "made <here>" in [code.value for code in app.code]
    at_the_end = next(html for html in html_of(app) if "Row 1" in html)
    assert "class" in at_the_end  # of the oracle, which was trained last
    app.segmented_control(key=f"training {finished.run_id}").set_value("CACTUs")
    slider.set_value(2).run()
    assert not app.exception
    assert "**Episode of step 2**" in texts(app)
    replayed = next(html for html in html_of(app) if "Row 1" in html)
    assert "cluster" in replayed
    (table,) = [frame.value for frame in open_folds(app).dataframe]
    assert max(table.index.tolist()) <= 2
    app.toggle(key="show the episode").set_value(False).run()
    assert "Episode of step" not in texts(app)


def test_an_episode_that_cannot_be_drawn_again_says_why(
    watched: Home, finished: RunDirectory, open_page: OpenPage
):
    shutil.rmtree(watched.products / "partitions")
    app = open_page("train", run=finished.run_id)
    app.segmented_control(key=f"training {finished.run_id}").set_value("CACTUs").run()
    assert not app.exception
    assert "The episode cannot be drawn again: its clusters are no longer in the cache." in texts(app)
