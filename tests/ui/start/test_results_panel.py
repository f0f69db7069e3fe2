import re

from tests.serving import ROOT
from umeta.demo import load_demo
from umeta.ui.start.results_panel import ON_LETTERS, PCA_ON_GROCERIES


def test_what_start_says_of_the_practice_is_what_the_numbers_say():
    demo = load_demo()
    assert demo.gain(plain=True) > 0.05, "Start says that practice helps on plain pixels"
    assert 0.005 < demo.gain() < demo.gain(plain=True) / 4, "Start says that it wins little on this map"
    better_map = demo.row("baseline").accuracy - demo.row("baseline", plain=True).accuracy
    assert better_map > demo.gain(plain=True), "Start says that the better map is worth more"


def test_the_figures_of_the_surprise_are_those_of_the_shipped_studies():
    tables = (ROOT / "docs/results.md").read_text("utf-8")  # made of the studies' cells, which a test proves
    letters, groceries = tables.split("<!-- generated: table grocery -->")
    for table, row, percent in (
        (letters, "prototypes · pretrained:glyphs", ON_LETTERS),
        (groceries, "prototypes · pca", PCA_ON_GROCERIES),
    ):
        found = re.search(rf"\| {row} \| ([\d.]+)", table)
        assert found is not None
        assert round(float(found[1]), 1) == percent
