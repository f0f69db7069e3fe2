import pytest

from tests.ui.conftest import OpenPage, html_of, texts


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


def test_the_links_of_the_story_open_what_they_promise(open_page: OpenPage):
    app = open_page("start")
    queries = {link.proto.label: link.proto.query_string for link in app.get("page_link")}  # type: ignore[attr-defined]
    assert queries["All its results"] == "run=precomputed+demo"
    assert queries["Explore such drawings"] == queries["More such tasks"] == "dataset=glyphs"
