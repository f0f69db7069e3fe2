"""What a lesson is: a question to answer first, the reveal frame by frame, and what to try then.

    LESSON = Lesson(name="embedding", title="What an embedding does", …, prepare=_compute, ask=_question, reveal=_frame)

`prepare` computes everything that the lesson says or draws; the other functions turn its facts into words and pictures,
so that a number in a text and the same number in a figure have one source.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from umeta.cache import Home
from umeta.figures.chart import Chart
from umeta.stage import OnStep

Facts = TypeVar("Facts")
Picture = Chart | str
"""A chart, or HTML as `umeta.browser.grid` makes it."""


@dataclass(frozen=True)
class Scene:
    """What is on screen at one step: a few words in Markdown, and pictures."""

    text: str
    pictures: tuple[Picture, ...] = ()
    uses_classes: bool = False
    """Whether true classes are shown or counted, which no training saw."""


@dataclass(frozen=True)
class Try:
    """A page to go on with."""

    what: str
    """What to do there, as an imperative sentence."""
    page: str
    query: Mapping[str, str] = field(default_factory=dict)
    """What is chosen there, by the names of the app's links (docs/links.md)."""


@dataclass(frozen=True, kw_only=True)
class Lesson(Generic[Facts]):
    """One lesson. Its steps are the question, each frame of the reveal, and what to try."""

    name: str
    """In links."""
    title: str
    idea: str
    """What it teaches, in one sentence."""
    question: str
    choices: tuple[str, ...]
    prepare: Callable[[Home, OnStep], Facts]
    """Computes what the lesson needs, in seconds at most; kept in memory."""
    ask: Callable[[Facts], Scene]
    """What is to be seen before the answer."""
    answer: Callable[[Facts], int]
    """The place of the right choice, from 0."""
    frames: tuple[str, ...]
    """What the frames of the reveal are called, on the slider over them."""
    reveal: Callable[[Facts, int], Scene]
    """One frame by its place."""
    tries: tuple[Try, ...]

    @property
    def n_steps(self) -> int:
        """The question, the frames, and what to try."""
        return len(self.frames) + 2

    @property
    def steps(self) -> tuple[str, ...]:
        """What each step is called."""
        return ("question", *self.frames, "try it")


def nearest_choice(value: float | int, offered: Sequence[float | int]) -> int:
    """Return the place of the number nearest to a value: the right one of choices that are numbers."""
    return min(range(len(offered)), key=lambda place: abs(offered[place] - value))


def verdict(lesson: Lesson, answer: int, predicted: int | None, counts: Sequence[int]) -> str:
    """Return who was right, the person and the class, and what is right."""
    said = [f"Right is **{answer + 1} · {lesson.choices[answer]}**."]
    if predicted is not None:
        said.append("✓ You predicted it." if predicted == answer else f"✗ You predicted {predicted + 1}.")
    if total := sum(counts):
        said.append(f"{counts[answer]} of {total} hands were for it ({counts[answer] / total:.0%}).")
    return " ".join(said)
