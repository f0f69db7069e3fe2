import base64
import io

import numpy as np
import pytest
from PIL import Image

import umeta
from umeta.api import PartitionedData
from umeta.stage import UserError
from umeta.tasks import PartitionSource, TaskConfig
from umeta.tasks.numbered import draw_numbered
from umeta.widgets.task_board import TaskBoard


def board(partitions: PartitionedData) -> TaskBoard:
    return umeta.guess(partitions, 4, n_way=3, n_shot=1, n_query=2)


def test_it_is_the_task_that_the_app_shows_by_that_number(partitions: PartitionedData):
    shape = TaskConfig(n_way=3, n_shot=1, n_query=2)
    task = draw_numbered(PartitionSource(list(partitions.clusters)), shape, 4)
    assert np.array_equal(board(partitions).task.query, task.query)


def test_answers_come_back_by_row_whatever_order_queries_were_shown_in(partitions: PartitionedData):
    shown = board(partitions)
    assert shown.answers is None
    assert shown.right is None
    own_rows = shown._message["rows"]
    shown._answers = own_rows
    assert shown.answers is not None
    assert shown.answers.tolist() == [[0, 0], [1, 1], [2, 2]]
    shown._answers = [0] * 6
    assert shown.right is not None
    assert shown.right.tolist() == [[True, True], [False, False], [False, False]]


def test_where_no_kernel_runs_it_is_a_picture_of_its_rows(partitions: PartitionedData):
    data, _ = board(partitions)._repr_mimebundle_()
    width, height = Image.open(io.BytesIO(base64.b64decode(data["image/png"]))).size
    assert width > height > 100
    assert data["text/plain"] == "A task of 3 rows: support on the left, 2 queries of each on the right."


@pytest.mark.parametrize(
    ("options", "said"), [({"number": -1}, "tasks are counted from 0"), ({"n_way": 1}, "n_way=1: ")]
)
def test_a_task_that_cannot_be_is_refused_in_one_line(
    partitions: PartitionedData, options: dict[str, int], said: str
):
    with pytest.raises(UserError, match=said):
        umeta.guess(partitions, **options)
