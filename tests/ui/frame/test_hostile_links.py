"""Values of any size and kind in the link of every page: left out or announced in a line, and the page stands.

What a single value must be is tested in test_link_values.py.
"""

import pytest
from streamlit.testing.v1 import AppTest

from tests.serving import ROOT
from tests.ui.conftest import OpenPage
from umeta.cache import Home
from umeta.ui.frame import links
from umeta.ui.frame.link_values import LONGEST, expected

MARKDOWN = "![x](http://evil.example/a.png) [y](http://evil.example) :red[z] <b>"
VALUES = (
    "inf", "-inf", "nan", "1e999", "-1e999", "-5", "0", "9" * 4400, "1_0", "0x1", "\0", "a\0b", "\ud800", "x" * 200_000,
    "true", "null", "[1, 2]", "{}", "../../etc/passwd", "folder:", "import:/dev/zero", "\u202etxt", MARKDOWN,
    "' OR 1=1", "%00",
)  # fmt: skip
PAGES = [page for page in links.PAGES if page not in ("data", "system")]


def own(page: str) -> list[links.Parameter]:
    """Return the parameters of a page, those apart that every page has and that stand for one method only."""
    return [
        parameter
        for parameter in links.declared().values()
        if page in parameter.pages and parameter.pages != links.PAGES and "{" not in parameter.name
    ]


def test_each_value_fits_its_parameter_or_is_told_in_a_line():
    for parameter in links.declared().values():
        for value in VALUES:
            told = expected([value], parameter.kind, parameter.least, parameter.most)
            assert len(told) < 100
            assert told.isprintable()
            if not told and parameter.kind is int:
                assert parameter.least <= float(value) <= parameter.most


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("value", ["inf", "9" * 4400, MARKDOWN])
def test_a_page_stands_whatever_its_link_says(page: str, value: str, open_page: OpenPage):
    parameters = own(page)
    app = open_page(page, **{parameter.name: value for parameter in parameters}, n_clusters=value)
    assert not app.exception
    assert app.title
    assert [line for line in app.warning if len(line.value) > 1500 or "\n" in line.value] == []


def test_what_is_left_out_is_said_once_and_the_rest_of_the_link_stays(
    shared_home: Home, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("UMETA_HOME", str(shared_home.root))
    app = AppTest.from_file(str(ROOT / "umeta/ui/frame/script.py"), default_timeout=60)
    link = {
        "dataset": "digits",
        "n_clusters": "inf",
        "n_shot": "-5",
        "split_omniglot": "\0",
        "demo_task": "2",
    }
    app.query_params |= link
    app.run()
    assert not app.exception
    assert [warning.value for warning in app.warning] == [
        "n_clusters='inf' is left out of the link: it should be a whole number of 2 or more.",
        "n_shot='-5' is left out of the link: it should be a whole number from 1 to 20.",
        "split_omniglot='\\\\x00' is left out of the link: it should be a text of at most "
        f"{LONGEST:,} letters and signs that can be seen.",
    ]
    assert app.query_params == {"dataset": "digits", "demo_task": "2"}
    assert not app.run().warning


@pytest.mark.parametrize(
    ("page", "section", "name", "value"),
    [
        ("results", "Which tasks are hard?", "test_task", "100000"),
        ("partitions", "", "partition_number_b", "50"),
    ],
)
def test_a_number_beyond_the_last_is_announced(
    page: str, section: str, name: str, value: str, open_page: OpenPage
):
    link = {name: value, "section": section, "n_partitions_b": "2", "run": "precomputed demo"}
    app = open_page(page, **link)
    assert not app.exception
    said = [warning.value for warning in app.warning]
    assert any(line.startswith(f"{name}={value} is not here. The last one is ") for line in said)
