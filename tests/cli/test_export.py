import csv
import io
import json
from pathlib import Path

import pytest

from tests.cli.conftest import umeta
from umeta.cache import Home

pytestmark = pytest.mark.process

SMOKE = ("dataset=digits", "budget=smoke", "learner.iterations=2", "learner.n_filters=8", "test.n_tasks=4")


@pytest.fixture(scope="module")
def run_id(shared_home: Home) -> str:
    done = umeta(shared_home, "run", *SMOKE, "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)["run_id"]


def test_a_run_is_exported_as_csv_on_stdout(run_id: str, shared_home: Home):
    done = umeta(shared_home, "export", run_id)
    assert done.returncode == 0, done.stderr
    methods = [row["method"] for row in csv.DictReader(io.StringIO(done.stdout))]
    assert {"CACTUs-ProtoNets (running BN)", "nearest-neighbour", "linear", "prototypes"} == set(methods)


def test_a_table_is_written_to_a_file(run_id: str, shared_home: Home, tmp_path: Path):
    done = umeta(shared_home, "export", run_id, "--format", "latex", "--to", str(tmp_path / "table.tex"))
    assert done.returncode == 0, done.stderr
    assert done.stdout == ""
    assert r"\toprule" in (tmp_path / "table.tex").read_text()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("never-there",), "no run's id begins or ends with"),
        (("x", "--format", "excel"), "csv, latex, markdown, tensorboard"),
    ],
)
def test_what_cannot_be_exported_is_one_line_and_status_2(
    words: tuple[str, ...], said: str, run_id: str, shared_home: Home
):
    done = umeta(shared_home, "export", *words)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr
