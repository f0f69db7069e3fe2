"""A task to solve oneself, as a widget."""

import io
from pathlib import Path
from typing import Any

import anywidget
import numpy as np
import traitlets
from jaxtyping import Bool, Int
from PIL import Image

from umeta.api import PartitionedData
from umeta.api.arguments import check_type
from umeta.browser.guess.board import CSS, SCRIPT, board_data, query_order
from umeta.browser.task_images import TaskImages
from umeta.figures.task_sheet import task_sheet
from umeta.stage import UserError, build
from umeta.tasks import PartitionSource, TaskBatch, TaskConfig
from umeta.tasks.guess_code import task_code
from umeta.tasks.numbered import draw_numbered
from umeta.widgets.pictures import with_picture
from umeta.widgets.scripts import script
from umeta.wording import counted


class TaskBoard(anywidget.AnyWidget):
    """A task in a notebook: a person puts each query into a row; made by `umeta.guess`."""

    _esm = script(SCRIPT, CSS, Path(__file__).with_name("task_board.js"))
    _message = traitlets.Dict().tag(sync=True)
    _answers = traitlets.List().tag(sync=True)

    def __init__(self, pictures: TaskImages, task: TaskBatch, number: int) -> None:
        self.task, self._pictures = task, pictures
        self._order = query_order(number, pictures.query.size)
        super().__init__()
        self._message = {**board_data(pictures, self._order, task=task_code(task)), "reveal": True}

    @property
    def answers(self) -> Int[np.ndarray, "n_way n_query"] | None:
        """The row, from 0, that the person put each query in; None until all are answered."""
        if not self._answers:
            return None
        rows = np.empty(len(self._order), int)
        rows[self._order] = self._answers
        return rows.reshape(self._pictures.query.shape)

    @property
    def right(self) -> Bool[np.ndarray, "n_way n_query"] | None:
        """Whether each query was put in its own row; None until all are answered."""
        answers = self.answers
        return None if answers is None else answers == np.arange(len(answers))[:, None]

    def _repr_mimebundle_(self, **options: Any) -> Any:
        n_way, n_query = self._pictures.query.shape
        alt = (
            f"A task of {n_way} rows: support on the left, {counted(n_query, 'query')} of each on the right."
        )
        encoded = io.BytesIO()
        sheet = task_sheet(self._pictures.images, self._pictures.support, self._pictures.query)
        Image.fromarray(sheet).save(encoded, "PNG", optimize=True)
        return with_picture(super()._repr_mimebundle_(**options), alt, {"image/png": encoded.getvalue()})


def guess(
    partitions: PartitionedData, number: int = 0, *, n_way: int = 5, n_shot: int = 1, n_query: int = 3
) -> TaskBoard:
    """Show a task of clusters to solve oneself: which row is each query of?

    Args:
        partitions: What `partition` returned.
        number: Which task; the app shows the same one by this number.
        n_way: Rows, each of another cluster.
        n_shot: Support images of each row.
        n_query: Queries of each row.

    Raises:
        UserError: too few clusters, or none that is large enough; no such number or shape.
    """
    check_type("guess", partitions, PartitionedData, "umeta.partition(…)")
    if number < 0:
        raise UserError(f"number={number}: tasks are counted from 0.")
    source = PartitionSource([partition.clusters for partition in partitions.partitions])
    shape = build(TaskConfig, {"n_way": n_way, "n_shot": n_shot, "n_query": n_query}, where="")
    task = draw_numbered(source, shape, number)
    return TaskBoard(TaskImages.of(partitions.data.dataset, task), task, number)
