import re

import numpy as np
import pytest

from tests.ui.conftest import OpenPage, html_of, texts
from tests.ui.tasks.page_content import components_data, grids, shown_items

BADGE = "true classes: not seen in training"


def test_a_link_rebuilds_the_same_task(open_page: OpenPage):
    link = {
        "task": "12",
        "n_way": "4",
        "n_shot": "2",
        "n_query": "3",
        "n_partitions": "2",
        "n_clusters": "20",
    }
    first, again = open_page("tasks", **link), open_page("tasks", **link)
    assert not first.exception
    assert len(shown_items(first)) == len(set(shown_items(first))) == 4 * (2 + 3)
    assert shown_items(first) == shown_items(again)
    assert shown_items(open_page("tasks", **{**link, "task": "13"})) != shown_items(first)


def test_new_task_counts_up_and_the_link_follows(open_page: OpenPage):
    app = open_page("tasks", task="3")
    before = shown_items(app)
    app.button[0].click().run()
    assert app.number_input(key="task").value == 4
    assert shown_items(app) != before
    assert shown_items(app) == shown_items(open_page("tasks", task="4"))


def test_the_tasks_items_are_ringed_on_the_map(open_page: OpenPage):
    app = open_page("tasks", n_way="3")
    ringed = [
        int(n)
        for group in re.findall(r'"items": ?\[([\d, ]+)\]', components_data(app))
        for n in group.split(",")
    ]
    assert sorted(ringed) == sorted(shown_items(app))


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


def test_random_tasks_are_drawn_by_chance(open_page: OpenPage):
    app = open_page("tasks", source="random")
    assert not app.exception
    assert "drawn by chance" in texts(app)


def test_test_tasks_are_those_of_the_saved_list(open_page: OpenPage):
    app = open_page("tasks", source="test tasks", reveal="true", task="1003")
    assert not app.exception
    assert re.search(r"number 3 of 1,000, list `[0-9a-f]{16}`", texts(app))
    assert "".join(html_of(app)).count("<p>1 true class</p>") == 5


def test_augmented_rows_show_views_of_one_image(open_page: OpenPage):
    app = open_page("tasks", source="augmented", n_way="3", n_query="2")
    assert not app.exception
    html = "".join(html_of(app))
    items = re.findall(r'aria-label="item (\d+)(, a random view)?, (support|query) of row (\d)"', html)
    assert len(items) == 3 * (1 + 2)
    for row in "123":
        (own,) = {item for item, *_, of in items if of == row}
        assert [kind for item, _, kind, of in items if (item, of) == (own, row)] == [
            "support",
            "query",
            "query",
        ]
    assert all(bool(view) == (kind == "query") for _, view, kind, _ in items)


def test_a_task_that_cannot_be_drawn_is_explained(open_page: OpenPage):
    app = open_page("tasks", n_way="40")
    assert not app.exception
    assert "n_way=40 needs that many clusters" in texts(app)


def test_four_kinds_of_tasks_stand_side_by_side(open_page: OpenPage):
    app = open_page("tasks", section="side by side")
    assert not app.exception
    assert len(grids(app)) == 3  # the oracle waits for the reveal
    assert BADGE not in texts(app)
    revealed = open_page("tasks", section="side by side", reveal="true")
    assert not revealed.exception
    assert len(grids(revealed)) == 4
    assert "100% of support–query pairs truly match (✓). 5 random images" in texts(revealed)


def test_browsing_sorts_by_what_was_chosen_and_opens_a_task(open_page: OpenPage):
    app = open_page("tasks", section="browse", order="easiest", n_clusters="20")
    assert not app.exception
    table = app.dataframe[0].value
    assert len(table) == 200
    assert (np.diff(table["right %"]) <= 0).all()
    assert "purity %" not in table
    best = int(table["task"].tolist()[0])
    assert f"Task {best}<" in "".join(html_of(app))
    app.get("button_group")[-1].set_value(best).run()  # type: ignore[attr-defined]
    assert not app.exception
    assert app.number_input(key="task").value == best
    assert len(shown_items(app)) == 5 * 6  # the task by itself


def test_purity_sorts_only_once_it_is_revealed(open_page: OpenPage):
    app = open_page("tasks", section="browse", order="purest", n_clusters="20")
    assert not app.exception
    assert app.selectbox(key="order").value == "hardest"
    revealed = open_page("tasks", section="browse", order="purest", reveal="true", n_clusters="20")
    assert not revealed.exception
    assert (np.diff(revealed.dataframe[0].value["purity %"]) <= 0).all()
    assert BADGE in texts(revealed)


def test_the_report_card_compares_with_test_tasks_once_classes_are_revealed(open_page: OpenPage):
    app = open_page("tasks", section="report card", n_clusters="20")
    assert not app.exception
    assert "of their queries right" in texts(app)
    for label_used in ("Label noise", "pseudo-tasks are", BADGE):
        assert label_used not in texts(app)
    app.toggle(key="reveal").set_value(True).run()
    for label_used in ("Label noise", "pseudo-tasks are", BADGE):
        assert label_used in texts(app)
    revealed = open_page("tasks", section="report card", reveal="true", source="oracle")
    assert not revealed.exception
    said = texts(revealed)
    assert said.count("100.0%") == 2  # different classes, and pairs that match
    assert "**In words:** 0% of the answers" in said
