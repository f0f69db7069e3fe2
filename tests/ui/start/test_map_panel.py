from typing import Any

import numpy as np

from umeta.demo import load_demo
from umeta.ui.start.map_panel import PALE, _group_texts, _point_colours, _thumbnails, map_cell

GROUPS = np.array([4, 4, 7, 7, 7, -1])


def test_the_tasks_groups_have_the_colours_of_its_rows_and_all_others_are_pale():
    colours = _point_colours(np.full((6, 3), 100, np.uint8), GROUPS, {7: (255, 0, 0)})
    assert colours[2].tolist() == [255, 0, 0]
    np.testing.assert_array_equal(colours[0], np.rint(0.3 * 100 + 0.7 * np.array(PALE)))


def test_each_group_says_its_size_and_shows_its_own_item_the_tasks_first():
    assert _group_texts(GROUPS, "cluster") == {4: "cluster 4: 2 drawings", 7: "cluster 7: 3 drawings"}
    pale, bright = _thumbnails(np.array([4, 7]), np.array([20, 30]), {7: (255, 0, 0)})
    assert (pale.item, pale.group, pale.colour, pale.above) == (20, 4, PALE, False)
    assert (bright.item, bright.colour, bright.above) == (30, (255, 0, 0), True)
    assert bright.rank < pale.rank


def test_the_code_of_the_map_draws_its_points_with_the_task_s_groups_bright():
    demo = load_demo()
    for truth, groups in ((False, demo.clusters), (True, demo.classes[demo.points.items])):
        bright = groups[:2].tolist()
        *lines, last = map_cell(bright, truth=truth).splitlines()
        scope: dict[str, Any] = {}
        exec("\n".join(lines), scope)
        (trace,) = eval(last, scope).data
        np.testing.assert_array_equal(np.stack([trace.x, trace.y], 1), demo.points.positions)
        np.testing.assert_array_equal(trace.selectedpoints, np.flatnonzero(np.isin(groups, bright)))
