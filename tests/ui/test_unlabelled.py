"""Every page on images of which no class is known: nothing fails, and no number without a meaning is shown."""

import re

import pytest

from tests.ui.conftest import OpenPage, texts
from umeta.ui.frame.links import PAGES

NONE_KNOWN = "can be said only with true classes, and none is known."
WITHOUT_MEANING = re.compile(r"\bPurity\b|\bNMI\b|true classes: not seen in training|\bnan\b|(?<![\w.])-1\b")


def links_of(app) -> list[str]:
    return [link.proto.label for link in app.get("page_link")]


def check(app) -> str:
    assert not app.exception
    assert not app.error
    said = re.sub(r"<style>.*?</style>|style=\"[^\"]*\"", "", texts(app), flags=re.DOTALL)
    meaningless = WITHOUT_MEANING.search(said)
    assert meaningless is None, said[meaningless.start() - 80 : meaningless.end() + 80]
    return said


@pytest.mark.parametrize("page", [page for page in PAGES if page not in ("start", "system", "data", "plane")])
def test_a_page_opens(page: str, open_page: OpenPage, unlabelled: tuple[str, dict[str, int]]):
    app = open_page(page, dataset=unlabelled[0], reveal="true", n_clusters="8")
    check(app)
    if page in ("explore", "partitions", "tasks"):
        assert "No labels: mark a few on Label" in links_of(app)
        assert not [toggle for toggle in app.toggle if toggle.key == "reveal"]


def test_the_plane_opens_with_the_noise_of_its_own_images(
    open_page: OpenPage, unlabelled: tuple[str, dict[str, int]]
):
    app = open_page("plane", dataset=unlabelled[0], reveal="true", n_clusters="8")
    assert not app.exception
    assert not app.error
    said = texts(app)
    assert "true classes: not seen in training" in said  # those of the studies' images, which are known
    assert not re.search(r"\bnan\b", said)


@pytest.mark.parametrize(
    "section", ["How good is each?", "What do they follow?", "Are clusters pure?", "Take away"]
)
def test_a_section_of_partitions(section: str, open_page: OpenPage, unlabelled: tuple[str, dict[str, int]]):
    app = open_page(
        "partitions",
        dataset=unlabelled[0],
        section=section,
        n_clusters="8",
        n_query="2",
        partition_b="random",
    )
    said = check(app)
    if section == "How good is each?":
        assert f"How pure the clusters are {NONE_KNOWN}" in said
    if section == "Are clusters pure?":
        app.button(key="audit same").click().run()
        app.button(key="audit different").click().run()
        assert "Label noise: 50%" in check(app)


@pytest.mark.parametrize("section", ["one task", "guess it", "side by side", "browse", "report card"])
def test_a_section_of_tasks(section: str, open_page: OpenPage, unlabelled: tuple[str, dict[str, int]]):
    app = open_page(
        "tasks", dataset=unlabelled[0], section=section, n_clusters="8", n_way="3", n_query="2", reveal="true"
    )
    said = check(app)
    assert app.segmented_control(key="source").options == ["partition A", "random", "augmented"]
    if section in ("side by side", "report card"):
        assert NONE_KNOWN in said


def test_the_oracle_is_refused_in_a_line(open_page: OpenPage, unlabelled: tuple[str, dict[str, int]]):
    app = open_page("explore", dataset=unlabelled[0], partition="oracle")
    assert not app.exception
    assert len(app.error) == 1
    assert "class is known" in app.error[0].value
