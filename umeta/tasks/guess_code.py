"""A person's answers to a task as a short text that a link can hold, e.g. `3f09ac-1.1.2`."""

import numpy as np
from jaxtyping import Int

from umeta.stage import content_hash
from umeta.tasks.task import TaskBatch


def task_code(batch: TaskBatch) -> str:
    """Return six hex digits that identify the first task of a batch, whatever it was drawn from."""
    seeds = None if batch.views is None else batch.views.seeds.tolist()
    return content_hash([batch.support[0].tolist(), batch.query[0].tolist(), seeds], length=6)


def encode_guess(batch: TaskBatch, rows: Int[np.ndarray, "n_way n_query"]) -> str:
    """Return the code of a task, and for each of its queries the row that was answered, counted from 1."""
    return f"{task_code(batch)}-{'.'.join(str(row + 1) for row in rows.ravel().tolist())}"


def decode_guess(text: str, batch: TaskBatch) -> Int[np.ndarray, "n_way n_query"] | None:
    """Return the rows, counted from 0, that `encode_guess` wrote; None if the text is no guess at this task."""
    code, _, answers = text.partition("-")
    rows = [int(part) for part in answers.split(".") if part.isdecimal()]
    n_way, n_query = batch.query.shape[1:]
    if code != task_code(batch) or len(rows) != n_way * n_query or not set(rows) <= {*range(1, n_way + 1)}:
        return None
    return np.array(rows).reshape(n_way, n_query) - 1
