"""Tests umeta.ui.partitions.partition_facts too."""

import numpy as np

from umeta.partitions import Partition, report
from umeta.tasks import TaskConfig
from umeta.ui.partitions.partition_facts import facts
from umeta.ui.shared.fact_table import card_html, two_digits


def test_facts_count_what_tasks_can_use():
    clusters = np.array([0, 0, 0, 1, 1, 2, -1], np.int32)
    judged = report(Partition(clusters, n_made=4), np.arange(7))
    found = facts(judged, TaskConfig(n_way=2, n_shot=1, n_query=1))
    assert found == {
        "made": "4",
        "sizes": "1 · 2 · 3",
        "usable": "2",
        "dropped": "2",
        "images": "2",  # the one alone in cluster 2, and the one in none
        "retries": "0",
    }


def test_scores_have_no_negative_zero_and_cards_are_escaped():
    assert two_digits(-0.001) == "0.00"
    assert two_digits(-0.01) == "-0.01"
    html = card_html(["<b>"], {"x": ("<i>", "a & b")}, [{"x": "<u>"}])
    assert "<b>" not in html
    assert "<i>" not in html
    assert "<u>" not in html
