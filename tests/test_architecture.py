"""What holds of the whole code: which room imports which, what an import costs, that nothing is unpickled."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def test_rooms_import_only_the_rooms_below_them():
    checked = subprocess.run(["lint-imports", "--no-cache"], capture_output=True, text=True, cwd=ROOT)
    assert checked.returncode == 0, checked.stdout


@pytest.mark.parametrize(
    "package",
    [
        "umeta",
        "umeta.runs",
        "umeta.encoders",
        "umeta.learners",
        "umeta.cli.runs",
        "umeta.ui.frame.state",
        "umeta.ui.label.board",
        "umeta.ui.tasks.browse",
    ],
)
def test_importing_a_package_imports_nothing_heavy(package):
    heavy = ("torch", "umap", "sklearn", "faiss", "numba")
    if not package.startswith("umeta.ui."):
        heavy = (*heavy, "pandas", "streamlit")  # Streamlit imports pandas itself where it draws tables
    code = f"import sys, {package}; print([name for name in {heavy!r} if name in sys.modules])"
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert printed.strip() == "[]"


def test_no_pickle_is_ever_loaded():
    sources = [path.read_text() for path in (ROOT / "umeta").rglob("*.py")]
    forbidden = ("allow_pickle=True", "import pickle", "torch.load(")
    assert not [word for text in sources for word in forbidden if word in text]
