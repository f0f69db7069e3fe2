from typing import Any, cast

import numpy as np
import pytest

from umeta.figures.chart import Chart
from umeta.figures.partition_study import added_pairs, followed, stability_over_k
from umeta.partitions.diversity import AddedPairs
from umeta.partitions.following import follow
from umeta.partitions.stability import Stability


def traces(chart: Chart) -> tuple[Any, ...]:
    return cast(Any, chart.figure).data


def test_stability_shows_the_mean_with_its_range():
    chart = stability_over_k([Stability(10, 0.5, 0.4, 0.7, 800), Stability(100, 0.3, 0.3, 0.3, 800)])
    (line,) = traces(chart)
    assert (list(line.x), list(line.y)) == ([10, 100], [0.5, 0.3])
    assert list(line.error_y.array) == pytest.approx([0.2, 0])
    assert list(line.error_y.arrayminus) == pytest.approx([0.1, 0])
    assert "0.50 for 10 clusters, 0.30 for 100 clusters. 1 is the same" in chart.alt
    assert chart.table["least"] == [0.4, 0.3]


def test_added_pairs_run_below_what_they_were_if_none_repeated():
    chart = added_pairs([AddedPairs(1, 100, 100.0, 0.0, 100.0), AddedPairs(2, 200, 50.0, 10.0, 150.0)])
    without, so_far, new = traces(chart)
    assert (list(without.y), list(so_far.y), list(new.y)) == ([100, 300], [100, 150], [100, 50])
    assert list(new.error_y.array) == pytest.approx([0, 19.6])
    assert "put 150 different pairs of images" in chart.alt
    assert "Partition 2 puts 200 together, 25% of them new" in chart.alt
    assert chart.table["different so far"] == [100, 150]


def test_attributes_stand_in_the_order_in_which_the_first_partition_follows_them():
    clusters = np.repeat(np.arange(4), 5)
    attributes = {"half": clusters // 2, "class": clusters, "own": np.arange(20)}
    chart = followed({"A": follow(clusters, attributes), "B": follow(np.arange(20) // 10, attributes)})
    a, b = traces(chart)
    assert list(a.y) == list(b.y) == ["class", "half", "own"]
    assert list(a.x)[:2] == pytest.approx([190 / 40, 190 / 90])
    assert list(a.text) == ["4.8 ×", "2.1 ×", "no pairs"]
    assert "A: class 4.8 ×, half 2.1 ×, own no pairs" in chart.alt
    assert chart.table["A: information"][0] == 1
