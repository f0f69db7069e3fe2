"""A lesson's figures as text for a notebook cell."""

from collections.abc import Sequence

from umeta.lessons.lesson import Lesson

_FACTS = """\
from umeta.cache import Home
from umeta.lessons import find_lesson
from umeta.stage import ignore_step

lesson = find_lesson({name!r})
facts = lesson.prepare(Home.from_environment(), ignore_step)
"""


def scene_cell(lesson: Lesson, frame: int | None, picture: int) -> str:
    """Return a cell that draws one picture of a frame of the reveal, or of the question for None."""
    scene = "lesson.ask(facts)" if frame is None else f"lesson.reveal(facts, {frame})"
    return f"{_FACTS.format(name=lesson.name)}{scene}.pictures[{picture}].figure\n"


def predictions_cell(lesson: Lesson, hands: Sequence[int]) -> str:
    """Return a cell that draws what a class predicted."""
    return (
        f"from umeta.figures.predictions import predictions_chart\n{_FACTS.format(name=lesson.name)}"
        f"predictions_chart(lesson.choices, {tuple(hands)}, lesson.answer(facts)).figure\n"
    )
