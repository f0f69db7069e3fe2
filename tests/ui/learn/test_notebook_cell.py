from typing import Any

import plotly.graph_objects as go
import pytest

from umeta.cache import Home
from umeta.lessons import LESSONS
from umeta.ui.learn.notebook_cell import predictions_cell, scene_cell

LESSON = LESSONS[-1]


@pytest.mark.parametrize(
    "cell", [scene_cell(LESSON, None, 0), scene_cell(LESSON, 1, 0), predictions_cell(LESSON, (1, 2, 3))]
)
def test_a_cell_draws_the_figure(cell: str, shared_home: Home, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("UMETA_HOME", str(shared_home.root))
    *lines, last = cell.strip().splitlines()
    names: dict[str, Any] = {}
    exec("\n".join(lines), names)
    assert isinstance(eval(last, names), go.Figure)
