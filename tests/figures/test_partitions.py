from typing import Any, cast

import numpy as np

from umeta.figures.chart import Chart
from umeta.figures.partitions import cluster_sizes, purity_histogram


def traces(chart: Chart) -> tuple[Any, ...]:
    return cast(Any, chart.figure).data


def test_sizes_are_ordered_and_the_small_ones_marked():
    chart = cluster_sizes({"A": np.array([3, 9, 5]), "B": np.array([6, 6])}, 5)
    assert chart.table["partition"] == ["A", "A", "A", "B", "B"]
    assert chart.table["size"] == [9, 5, 3, 6, 6]
    assert chart.table["large enough"] == [True, True, False, True, True]
    (small,) = [trace for trace in traces(chart) if trace.name == "A: too small"]
    assert list(small.x) == list(small.y) == [3]
    assert "A has 3 clusters of 3 to 9 images, 1 of them below 5" in chart.alt
    assert "B has 2 clusters of 6 to 6 images, 0 of them below 5" in chart.alt


def test_a_purity_on_the_edge_of_a_bin_is_in_the_upper_one():
    chart = purity_histogram({"A": np.arange(11) / 10})
    assert chart.table["A"] == [1] * 9 + [2]  # the last bin holds 100% too


def test_purities_are_counted_by_tenths():
    chart = purity_histogram({"A": np.array([0.05, 0.95, 1.0, 0.5])})
    assert chart.table["A"] == [1, 0, 0, 0, 0, 1, 0, 0, 0, 2]
    assert chart.table["purity"][0] == "0%–10%"
    assert list(traces(chart)[0].y) == chart.table["A"]
    assert "the median cluster of A has purity 72%" in chart.alt
