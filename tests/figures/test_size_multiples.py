from typing import Any, cast

import numpy as np

from umeta.figures.size_multiples import size_multiples


def test_every_partition_has_a_panel_with_its_small_clusters_apart():
    sizes = {
        "k = 3": np.array([3, 9, 5]),
        "k = 2": np.array([6, 6]),
        "k = 1": np.array([2]),
        "k = 4": np.arange(1, 5),
    }
    chart = size_multiples(sizes, 5)
    figure = cast(Any, chart.figure)
    assert [text.text for text in figure.layout.annotations] == list(sizes)
    assert [list(trace.y) for trace in figure.data] == [[9, 5], [3], [6, 6], [2], [4, 3, 2, 1]]
    assert [trace.name for trace in figure.data if trace.showlegend] == ["large enough", "below 5"]
    assert {figure.layout[f"yaxis{number}"].matches for number in (2, 3, 4)} == {"y"}  # one scale for all
    assert chart.table["too small"] == [1, 0, 1, 4]
    assert chart.table["median"] == [5, 6, 2, 2.5]
    assert "k = 3: 3 clusters, median 5, 1 too small" in chart.alt
