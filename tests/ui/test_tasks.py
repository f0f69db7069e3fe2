import re

import numpy as np
import pytest

from tests.ui.conftest import OpenPage, html_of, texts
from umeta.partitions import Partition
from umeta.stage import UserError
from umeta.tasks import TaskConfig
from umeta.ui.tasks import draw_task

BADGE = "true classes: not seen in training"


def shown_items(app) -> list[int]:
    return [int(item) for item in re.findall(r'aria-label="item (\d+)', "".join(html_of(app)))]


def test_a_link_rebuilds_the_same_task(open_page: OpenPage):
    link = {"task": "12", "way": "4", "shot": "2", "query": "3", "p": "2", "k": "20"}
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
    app = open_page("tasks", way="3")
    (component,) = app.get("bidi_component")
    text = str(component.proto)  # type: ignore[attr-defined]
    ringed = [
        int(n) for group in re.findall(r'\\*"items\\*": ?\[([\d, ]+)\]', text) for n in group.split(",")
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
    assert "".join(html_of(oracle)).count("1 true class here") == 5


def test_random_tasks_are_drawn_by_chance(open_page: OpenPage):
    app = open_page("tasks", source="random")
    assert not app.exception
    assert "drawn by chance" in texts(app)


def test_a_task_that_cannot_be_drawn_is_explained(open_page: OpenPage):
    app = open_page("tasks", way="40")
    assert not app.exception
    assert "n_way=40 needs that many clusters" in texts(app)


def test_the_number_alone_decides_the_task():
    partitions = [Partition(np.repeat(np.arange(6, dtype=np.int32), 8), n_made=6)]
    shape = TaskConfig(n_way=3, n_shot=1, n_query=2)
    np.testing.assert_array_equal(
        draw_task(partitions, shape, 5).query, draw_task(partitions, shape, 5).query
    )
    assert (draw_task(partitions, shape, 5).query != draw_task(partitions, shape, 6).query).any()
    with pytest.raises(UserError):
        draw_task(partitions, TaskConfig(n_way=7, n_shot=1, n_query=2), 5)
