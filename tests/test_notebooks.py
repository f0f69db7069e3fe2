"""The notebooks run from top to bottom."""

import json
from pathlib import Path

import pytest

pytestmark = pytest.mark.process

NOTEBOOKS = sorted((Path(__file__).parents[1] / "notebooks").glob("*.ipynb"))
QUICK = ("01_first_tour", "04_the_omniglot_table")
"""The notebooks that run in every test run; the others train for a minute."""


@pytest.mark.filterwarnings(
    "ignore::DeprecationWarning", "ignore::ResourceWarning"
)  # of the Jupyter client itself
@pytest.mark.parametrize(
    "path",
    [pytest.param(path, marks=() if path.stem in QUICK else pytest.mark.slow) for path in NOTEBOOKS],
    ids=lambda path: path.stem,
)
def test_the_notebook_runs_from_top_to_bottom(path, tmp_path, monkeypatch):
    import nbformat  # takes seconds, for which the collection of other tests need not wait
    from nbclient import NotebookClient

    monkeypatch.setenv("UMETA_HOME", str(tmp_path / "home"))
    notebook = nbformat.read(path, as_version=4)
    folder = {"metadata": {"path": str(tmp_path)}}  # what it writes stays there
    NotebookClient(notebook, timeout=300, kernel_name="python3", resources=folder).execute()
    code_cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    outputs = [output for cell in code_cells for output in cell.outputs]
    assert code_cells[-1].outputs
    assert not [output for output in outputs if output.output_type == "error"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_the_notebook_is_committed_without_output(path):
    assert not [cell for cell in json.loads(path.read_text())["cells"] if cell.get("outputs")]
