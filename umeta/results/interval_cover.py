"""What a 95% interval covers, and how it is said: where test tasks are views of images, there are no classes."""

from collections.abc import Iterable, Mapping
from typing import Literal

from umeta.tasks.test_tasks import TasksOf

Over = Literal["tasks", "classes", "trainings"]
"""What an interval covers; where test tasks are views, their `classes` are the images that the views are of."""
DRAWN_FROM: Mapping[TasksOf, str] = {"classes": "classes", "views": "images"}
"""What the rows of test tasks are drawn from."""


def in_words(over: Over, judged_on: Iterable[TasksOf]) -> str:
    """Return what an interval covers as a person reads it.

    Args:
        over: What it covers.
        judged_on: What the test tasks are made of; of several kinds, all are said.
    """
    if over != "classes":
        return over
    return " or ".join(dict.fromkeys(DRAWN_FROM[kind] for kind in judged_on)) or over
