"""Tests umeta.ui.tasks.opinions too."""

import numpy as np

from tests.tasks.batches import task_batch
from tests.ui.conftest import OpenPage, texts
from tests.ui.tasks.page_content import shown_items
from umeta.data import Attribute
from umeta.partitions.pair_evidence import PairEvidence
from umeta.ui.tasks.pair_reasons import pair_text, query_partners, shared_attributes

EVIDENCE = PairEvidence(np.array([4, 0]), np.array([5, 0]), np.array([7, 1234]), 21999)


def test_a_pair_is_told_by_partitions_neighbours_and_attributes():
    assert pair_text(1, EVIDENCE, 0, ["class **b**"], is_own=False) == (
        "**Row 2**: together in **4 of 5** partitions; number **7** of its 21,999 nearest images; both class **b**."
    )
    assert pair_text(0, EVIDENCE, 1, [], is_own=True) == (
        "**Row 1, its own**: number **1,234** of its 21,999 nearest images; no known attribute shared."
    )
    assert "attribute" not in pair_text(0, EVIDENCE, 1, None, is_own=True)


def test_attributes_are_shared_where_both_are_known_and_alike():
    attributes = {
        "letter": Attribute(np.array([0, 0, 1, -1, -1]), ["a", "*b*"]),
        "hand": Attribute(np.array([1, 0, 1, 0, 1]), ["left", "right"]),
    }
    assert shared_attributes(0, 1, attributes) == ["letter **a**"]
    assert shared_attributes(0, 2, attributes) == ["hand **right**"]
    assert shared_attributes(3, 4, attributes) == []


def test_a_query_is_paired_with_the_support_of_its_own_row_first():
    batch = task_batch([[[0, 1], [2, 3], [4, 5]]], [[[6], [7], [0]]])
    assert query_partners(batch, 1) == [(1, 2), (1, 3), (0, 0), (0, 1), (2, 4), (2, 5)]


def test_any_pair_is_asked_and_partitions_answer_once_they_are_made(open_page: OpenPage):
    link = {"encoder": "pixels", "n_clusters": "13", "n_query": "2", "n_way": "3"}
    code = _code_of_task(open_page, link)
    app = open_page("tasks", task_picture=f"{code}-1", **link)  # the first query of the first row
    assert not app.exception
    said = texts(app)
    assert "Its pairs with the support of each row" in said
    assert said.count("nearest images.") == 3
    assert "attribute" not in said
    assert "in 5 partitions" not in said
    (ask,) = [button for button in app.button if button.label.startswith("Cluster 5 times")]
    ask.click().run()
    assert not app.exception
    again = open_page("tasks", task_picture=f"{code}-0", **link)  # the support of the first row
    said = texts(again)
    assert "Its pairs with the queries of its row" in said
    assert said.count("of 5** partitions") == 2
    assert "together in 5 partitions" in said
    assert not [button for button in again.button if button.label.startswith("Cluster 5 times")]
    revealed = open_page("tasks", task_picture=f"{code}-1", reveal="true", **link)
    assert "attribute shared" in texts(revealed) or "both class" in texts(revealed)


def _code_of_task(open_page: OpenPage, link: dict[str, str]) -> str:
    from umeta.tasks.guess_code import task_code

    items = np.array(shown_items(open_page("tasks", **link))).reshape(3, 3)
    return task_code(task_batch([items[:, :1]], [items[:, 1:]]))
