"""Tests umeta.cli.partitions, umeta.cli.datasets and umeta.cli.configs too."""

import json
import os
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from umeta.cache import Home
from umeta.cli.app import app
from umeta.stage import UserError

DIGITS = ("dataset=digits", "encoder=pixels", "budget=smoke", "task.n_query=5", "device=cpu")
SECTIONS = (
    "dataset", "encoder", "partition", "source", "task", "learner", "baselines", "oracle", "test", "seed", "device",
    "budget", "nonsense", "",
)  # fmt: skip
OPTIONS = (
    "",
    ".name",
    ".n_way",
    ".n_query",
    ".dim",
    ".n_clusters",
    ".iterations",
    ".lr",
    ".first",
    ".nonsense",
    ".",
)
VALUES = (
    "", "5", "-1", "0", "1e999", "true", "null", "[", "{}", "[]", "{a: 1, a: 2}", "2024-13-45", "1:30", "010", "pca",
    "kmeans", "folder:", "folder:/nowhere", "import:x.npz", "x" * 3000, "9" * 4400, "&a [*a]", "../..", "é×…", "\x01",
    "[1, [2, [3]]]", "5,20", "%s{0}", "!!python/name:os.system x", "'", '"', "{name: kmeans}", "smoke", "maml",
)  # fmt: skip


def run(home: Home, *words: str):
    return CliRunner().invoke(app, words, env={"UMETA_HOME": str(home.root), "COLUMNS": "80"})


def test_tasks_are_drawn_as_a_picture_and_as_a_page(shared_home: Home, tmp_path):
    for name in ("new folder/tasks.png", "tasks.html"):
        drawn = run(shared_home, "tasks", *DIGITS, "--to", str(tmp_path / name), "--n", "2")
        assert drawn.exception is None, drawn.output
    with Image.open(tmp_path / "new folder" / "tasks.png") as picture:
        assert picture.height == 2 * (5 * 58 + 12)
    page = (tmp_path / "tasks.html").read_text()
    assert page.count("<img") == 2
    assert "digits" in page


def test_tasks_of_views_are_drawn_as_they_are_seen(shared_home: Home, tmp_path):
    drawn = run(shared_home, "tasks", *DIGITS, "source=umtra", "--to", str(tmp_path / "views.png"))
    assert drawn.exception is None, drawn.output


def test_tasks_of_dbscan_clusters_with_a_varying_way_are_a_config(shared_home: Home, tmp_path):
    words = ("partition=dbscan", "task.min_way=2", "task.n_way=6", "--n", "6")
    drawn = run(shared_home, "tasks", *DIGITS, *words, "--to", str(tmp_path / "varying.png"))
    assert drawn.exception is None, drawn.output
    assert "6 tasks of 2 to 6 ways" in drawn.output
    with Image.open(tmp_path / "varying.png") as picture:
        n_rows = (picture.height - 6 * 12) / 58
    assert 6 * 2 <= n_rows < 6 * 6


def test_tasks_are_drawn_with_the_dials_turned(shared_home: Home, tmp_path):
    dials = ("source.noise=0.5", "source.noise_form=clustered", "source.nearness=1", "source.views=0.25")
    pages = []
    for name, words in (("plain.html", ()), ("turned.html", dials), ("again.html", dials)):
        drawn = run(shared_home, "tasks", *DIGITS, *words, "--to", str(tmp_path / name))
        assert drawn.exception is None, drawn.output
        pages.append((tmp_path / name).read_text())
    assert "kmeans (noise=0.5 clustered, nearness=1, views=0.25)" in pages[1]
    assert pages[0] != pages[1] == pages[2]


def test_a_place_that_cannot_be_written_and_an_ending_that_is_none_are_refused(shared_home: Home, tmp_path):
    (tmp_path / "file").write_text("")
    refused = run(shared_home, "tasks", *DIGITS, "--n", "1", "--to", str(tmp_path / "file" / "tasks.png"))
    assert "cannot be written" in str(refused.exception)
    assert "ends in .gif" in str(run(shared_home, "tasks", "--to", "tasks.gif").exception)


def test_partitions_tell_sizes_purity_and_what_is_followed(shared_home: Home):
    told = run(shared_home, "partitions", *DIGITS, "partition.n_partitions=2", "--json")
    assert told.exception is None, told.output
    answer = json.loads(told.stdout)
    assert [row["number"] for row in answer["partitions"]] == [0, 1]
    first = answer["partitions"][0]
    assert first["smallest"] <= first["median"] <= first["largest"]
    assert first["usable"] == first["clusters"]
    assert 0.8 < first["purity"] <= 1
    assert answer["follows"][0]["attribute"] == "class"
    assert answer["follows"][0]["lift"] > 5
    table = run(shared_home, "partitions", *DIGITS).stdout
    assert max(map(len, table.splitlines())) <= 80


@pytest.mark.process
def test_data_sets_are_listed_in_80_columns(home: Home):
    environment = {**os.environ, "UMETA_HOME": str(home.root), "COLUMNS": "80"}
    command = [sys.executable, "-m", "umeta", "datasets"]
    listed = subprocess.run(command, capture_output=True, text=True, env=environment, check=True).stdout
    assert max(map(len, listed.splitlines())) <= 80
    assert "omniglot" in listed


@pytest.mark.parametrize("command", ["run", "partitions", "tasks", "study"])
def test_whatever_is_typed_ends_in_a_line(command, home: Home, monkeypatch):
    """400 seeded command lines; what is no config is refused, and what is one is not run here."""

    def not_run(*_: object, **__: object) -> None:
        raise UserError("it would be run")

    monkeypatch.setattr("umeta.runs.pipeline.prepare", not_run)
    monkeypatch.setattr("umeta.cli.study.execute_study", not_run)
    rng = np.random.default_rng(0)
    pick = lambda options: options[int(rng.integers(len(options)))]  # noqa: E731
    for _ in range(100):
        words = [f"{pick(SECTIONS)}{pick(OPTIONS)}={pick(VALUES)}" for _ in range(int(rng.integers(1, 4)))]
        first = ("transductive", "--only", f"{pick(SECTIONS)}={pick(VALUES)}") if command == "study" else ()
        ended = run(home, command, *first, *words)
        assert isinstance(ended.exception, UserError | SystemExit | None), (words, ended.exc_info)
        assert "\n" not in str(ended.exception)
        assert len(str(ended.exception)) < 2000
