import numpy as np
import pytest

from umeta.stage import UserError
from umeta.tasks import SOURCES, PartitionSource, TaskConfig
from umeta.tasks.numbered import concatenate, draw_numbered, first_tasks


def test_the_number_alone_decides_the_task():
    source = PartitionSource([np.repeat(np.arange(6, dtype=np.int32), 8)])
    shape = TaskConfig(n_way=3, n_shot=1, n_query=2)
    five, again, six = (draw_numbered(source, shape, number).query for number in (5, 5, 6))
    np.testing.assert_array_equal(five, again)
    assert (five != six).any()
    both = concatenate([draw_numbered(source, shape, number) for number in (5, 6)])
    np.testing.assert_array_equal(both.query, np.concatenate([five, six]))
    with pytest.raises(UserError):
        draw_numbered(source, TaskConfig(n_way=7, n_shot=1, n_query=2), 5)


def test_the_first_tasks_are_those_of_the_numbers_from_zero_with_their_views():
    source = SOURCES.parse("umtra").over(np.arange(40))
    shape = TaskConfig(n_way=3, n_shot=1, n_query=2)
    steps = []
    tasks = first_tasks(lambda number: draw_numbered(source, shape, number), 60, steps.append)
    assert len(tasks) == 60
    assert [(step.done, step.total) for step in steps] == [(50, 60)]
    last = draw_numbered(source, shape, 59)
    np.testing.assert_array_equal(tasks.support[59], last.support[0])
    assert tasks.views is not None
    assert last.views is not None
    assert tasks.views.seeds[59] == last.views.seeds[0]
