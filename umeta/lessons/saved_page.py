"""A lesson as a page that opens from disk: the question first, and each frame of the reveal folded away."""

from collections.abc import Sequence
from typing import Any

from umeta.browser.standalone.page import Page, PagePart
from umeta.browser.standalone.parts import scene_part
from umeta.cache import Home
from umeta.lessons.lesson import Lesson, Scene, verdict
from umeta.stage import OnStep, ignore_step


def lesson_page(lesson: Lesson, home: Home, on_step: OnStep = ignore_step) -> Page:
    """Compute a lesson and return its page.

    Args:
        lesson: Which one.
        home: Where what takes longer is kept and found again.
        on_step: Told of the progress.
    """
    return Page(lesson.title, lesson.idea, parts_of(lesson, lesson.prepare(home, on_step)))


def parts_of(lesson: Lesson, facts: Any) -> Sequence[PagePart]:
    """Return the question with its choices, what is right, and the frames, from what the lesson computed."""
    question = lesson.ask(facts)
    right = verdict(lesson, lesson.answer(facts), None, ())
    frames = [(name, lesson.reveal(facts, place)) for place, name in enumerate(lesson.frames)]
    return [
        scene_part(lesson.question, _text(question), question.pictures, choices=lesson.choices),
        scene_part("The answer", f"{right}\n\n{lesson.idea}", (), folded="Show the answer"),
        *(
            scene_part(name, _text(scene), scene.pictures, folded="Show what was computed")
            for name, scene in frames
        ),
    ]


def _text(scene: Scene) -> str:
    return f"{scene.text}\n\n*True classes: not seen in training.*" if scene.uses_classes else scene.text
