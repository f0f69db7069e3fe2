import pytest

from tests.ui.conftest import OpenPage, html_of, texts
from tests.ui.tasks.page_content import BADGE, shown_items


def test_new_task_counts_up_and_the_link_follows(open_page: OpenPage):
    app = open_page("tasks", task="3")
    before = shown_items(app)
    next(button for button in app.button if button.label == "New task").click().run()
    assert app.number_input(key="task").value == 4
    assert shown_items(app) != before
    assert shown_items(app) == shown_items(open_page("tasks", task="4"))


def test_classes_and_the_oracle_come_with_the_reveal(open_page: OpenPage):
    app = open_page("tasks")
    assert BADGE not in texts(app)
    assert "<figcaption>" not in texts(app)
    app.toggle(key="reveal").set_value(True).run()
    assert not app.exception
    assert BADGE in texts(app)
    assert "true class" in "".join(html_of(app))
    assert app.session_state["umeta.revealed"] is True
    oracle = open_page("tasks", reveal="true", source="oracle")
    assert not oracle.exception
    assert "".join(html_of(oracle)).count("<p>1 true class</p>") == 5


@pytest.mark.parametrize("source", ["oracle", "test tasks"])
def test_a_link_to_true_classes_shows_clusters_until_they_are_revealed(open_page: OpenPage, source: str):
    app = open_page("tasks", source=source)
    assert not app.exception
    assert app.warning[0].value.startswith("This link shows tasks of true classes")
    assert "clusters of partition A" in texts(app)


def test_hiding_the_classes_again_ends_tasks_of_true_classes(open_page: OpenPage):
    app = open_page("tasks", reveal="true", source="oracle")
    app.toggle(key="reveal").set_value(False).run()
    assert not app.exception
    assert "clusters of partition A" in texts(app)


def test_the_dial_of_noise_changes_more_of_the_same_task_the_farther_it_is_turned(open_page: OpenPage):
    clean = shown_items(open_page("tasks"))
    changed, framed = [], []
    for noise in ("0.1", "0.5", "1"):
        app = open_page("tasks", label_noise=noise)
        assert not app.exception
        changed.append([a != b for a, b in zip(clean, shown_items(app), strict=True)])
        framed.append("".join(html_of(app)).count("come from another cluster"))
    assert sum(changed[0]) < sum(changed[1]) < sum(changed[2])
    assert all(framed[k] <= 2 * sum(changed[k]) for k in range(3))  # a tile's title and its label say it
    assert 0 < framed[1] < framed[2]
    assert "100% have exchanged their places, one by one" in texts(app)


def test_errors_come_in_pieces_where_the_link_says_so(open_page: OpenPage):
    app = open_page("tasks", label_noise="0.5", label_noise_form="clustered")
    assert "in pieces of images near each other" in texts(app)
    one_by_one = open_page("tasks", label_noise="0.5")
    assert shown_items(app) != shown_items(one_by_one)


@pytest.mark.parametrize("source", ["augmented", "test tasks"])
def test_what_is_drawn_from_no_partition_has_no_dial(open_page: OpenPage, source: str):
    app = open_page("tasks", source=source, label_noise="0.5", reveal="true")
    assert not app.exception
    assert app.slider(key="label_noise").disabled
    assert "exchanged their places" not in texts(app)


def test_the_oracle_has_noise_too_and_every_section_follows(open_page: OpenPage):
    for section in ("one task", "side by side", "browse", "report card"):
        app = open_page("tasks", source="oracle", label_noise="0.5", reveal="true", section=section)
        assert not app.exception, section
        if section != "browse":
            assert "50% have exchanged their places" in texts(app), section
