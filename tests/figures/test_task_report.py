from typing import Any, cast

import numpy as np
import pytest

from umeta.figures.task_report import difficulty


def test_each_kind_of_task_has_its_shares_and_its_mean():
    chart = difficulty(
        {"pseudo-tasks": np.array([0.92, 0.93, 1.0, 0.5]), "test tasks": np.array([0.21, 0.5])}, 5
    )
    pseudo, test = cast(Any, chart.figure).data
    assert sum(pseudo.y[:-1]) == sum(test.y[:-1]) == pytest.approx(100)
    shares = dict(zip(chart.table["accuracy"], chart.table["pseudo-tasks, % of tasks"], strict=True))
    assert shares["90%–95%"] == 50
    assert shares["95%–100%"] == shares["50%–55%"] == 25
    assert pseudo.name == "pseudo-tasks: mean 84%"
    assert "chance 20%: pseudo-tasks 84% in the mean" in chart.alt


def test_an_accuracy_on_the_edge_of_a_bin_is_in_the_upper_one():
    accuracies = np.arange(21) / 20
    chart = difficulty({"tasks": accuracies}, 5)
    shares = next(column for name, column in chart.table.items() if name != "accuracy")
    assert np.allclose(shares, [100 / 21] * 19 + [200 / 21], atol=0.1)
