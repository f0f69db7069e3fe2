"""The Start page as a person meets it."""

import subprocess
import sys

import pytest

from tests.ui.conftest import ROOT, OpenPage, texts

HEAVY = ("torch", "umap", "sklearn", "faiss", "pandas", "numba", "pyarrow", "scipy", "safetensors.torch")

OPEN_START = f"""
import sys
from streamlit.testing.v1 import AppTest
app = AppTest.from_file({str(ROOT / "umeta/ui/frame/script.py")!r}, default_timeout=30).run()
assert not app.exception, app.exception
assert any("no labels" in title.value for title in app.title), app.title
print(sorted(set({HEAVY!r}) & set(sys.modules)))
"""


@pytest.mark.process
def test_start_imports_no_heavy_library(home, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("UMETA_HOME", str(home.root))
    process = subprocess.run([sys.executable, "-c", OPEN_START], capture_output=True, text=True, cwd=ROOT)
    assert process.returncode == 0, process.stderr
    assert process.stdout.strip() == "[]"


def test_start_shows_four_panels_and_says_that_it_is_precomputed(open_page: OpenPage):
    app = open_page("start")
    assert not app.exception
    assert [component.key for component in app.get("bidi_component")].count("demo map") == 1
    page_text = texts(app)
    assert all(f":blue-badge[{number}]" in page_text for number in (1, 2, 3, 4))
    for text in (
        "Precomputed results",
        "seed 0",
        "n = 1",
        "1,000",
        "guessing",
        "ProtoNets",
        "SimCLR",
        "t-SNE",
    ):
        assert text in page_text


def test_the_code_of_the_map_is_fetched_by_those_who_ask(open_page: OpenPage):
    app = open_page("start")
    assert not app.code
    app.session_state["code of demo map"] = True
    assert "load_demo()" in app.run().code[0].value
