"""Lessons that ask first, then reveal what the library computes: on the page Learn, and as pages that open from disk.

    from umeta.lessons import find_lesson, lesson_page

    lesson_page(find_lesson("maml"), Home.from_environment()).write(Path("lesson"))

`LESSONS` has them in the order of a class. A further one is a file here and a line below.
"""

from umeta.lessons import (
    against_the_embedding,
    cluster_to_task,
    embedding,
    kmeans,
    maml,
    many_partitions,
    protonets,
    reading_a_map,
)
from umeta.lessons.lesson import Lesson
from umeta.lessons.saved_page import lesson_page
from umeta.stage import UserError

__all__ = ["LESSONS", "Lesson", "find_lesson", "lesson_page"]

LESSONS: tuple[Lesson, ...] = (
    embedding.LESSON,
    reading_a_map.LESSON,
    kmeans.LESSON,
    cluster_to_task.LESSON,
    many_partitions.LESSON,
    maml.LESSON,
    protonets.LESSON,
    against_the_embedding.LESSON,
)


def find_lesson(name: str) -> Lesson:
    """Return the lesson of a name.

    Raises:
        UserError: there is none.
    """
    names = {lesson.name: lesson for lesson in LESSONS}
    if name not in names:
        raise UserError(f"there is no lesson {name!r}. Choose one of: {', '.join(names)}.")
    return names[name]
