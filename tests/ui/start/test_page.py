import subprocess
import sys

import pytest

from tests.ui.conftest import ROOT, OpenPage, html_of, texts
from umeta.ui.shared.demo import load_demo

HEAVY = ("torch", "umap", "sklearn", "faiss", "pandas", "numba", "pyarrow", "scipy", "safetensors.torch")

OPEN_START = f"""
import sys
from streamlit.testing.v1 import AppTest
app = AppTest.from_file({str(ROOT / "umeta/ui/frame/script.py")!r}, default_timeout=30).run()
assert not app.exception, app.exception
assert any("no labels" in title.value for title in app.title), app.title
print(sorted(set({HEAVY!r}) & set(sys.modules)))
"""


def test_start_imports_no_heavy_library(home, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("UMETA_HOME", str(home.root))
    found = subprocess.run([sys.executable, "-c", OPEN_START], capture_output=True, text=True, cwd=ROOT)
    assert found.returncode == 0, found.stderr
    assert found.stdout.strip() == "[]"


def test_start_shows_four_panels_and_says_that_it_is_precomputed(open_page: OpenPage):
    app = open_page("start")
    assert not app.exception
    assert [component.key for component in app.get("bidi_component")].count("demo map") == 1
    said = texts(app)
    assert all(f":blue-badge[{number}]" in said for number in (1, 2, 3, 4))
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
        assert text in said


def test_another_task_changes_the_drawings_and_the_link(open_page: OpenPage):
    app = open_page("start", demo_task="3")
    before = html_of(app)
    app.button(key="another").click().run()
    assert not app.exception
    assert app.query_params["demo_task"] in ("4", ["4"])
    assert html_of(app) != before


@pytest.mark.parametrize("task", ["0", "25", "-1", "rubbish", "99999999999999999999"])
def test_a_wild_task_in_the_link_still_opens_start(task: str, open_page: OpenPage):
    app = open_page("start", demo_task=task)
    assert not app.exception
    assert not app.error


def test_true_characters_are_shown_on_purpose_only(open_page: OpenPage):
    app = open_page("start")
    assert "✗" not in texts(app)
    app.toggle(key="truth").set_value(True).run()
    assert not app.exception
    assert "✗" in texts(app)
    assert 'aria-label="wrong"' in texts(app)


def test_what_start_says_of_the_practice_is_what_the_numbers_say():
    demo = load_demo()
    assert demo.gain(plain=True) > 0.05, "Start says that practice helps on plain pixels"
    assert demo.gain() < 0, "Start says that it does not on this map"
    better_map = demo.row("baseline").accuracy - demo.row("baseline", plain=True).accuracy
    assert better_map > demo.gain(plain=True), "Start says that the better map is worth more"
