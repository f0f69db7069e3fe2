"""Lesson 8: does practice beat the embedding itself?"""

from dataclasses import dataclass

from umeta.cache import Home
from umeta.demo import DEMO, RUN, Demo
from umeta.evaluation import PairedDifference, paired_difference
from umeta.figures.accuracy_bars import Bar, accuracy_bars
from umeta.figures.palette import PETROFF, hex_of
from umeta.lessons.drawings import demo
from umeta.lessons.lesson import Lesson, Scene, Try, nearest_choice
from umeta.results.finished_run import FinishedRun
from umeta.runs import RunDirectory
from umeta.stage import OnStep

OFFERED = (10.0, 0.0, -10.0)
"""Points by which practice wins."""


@dataclass(frozen=True, eq=False)
class Facts:
    """What the demo's runs came to."""

    demo: Demo
    paired: PairedDifference
    """The learner less the nearest neighbour in the embedding it practised on, on the same tasks."""


def prepare(home: Home, on_step: OnStep) -> Facts:
    """Read the answers of the demo's run and compare them task by task."""
    run = FinishedRun.of(RunDirectory(RUN), precomputed=True)
    right = [run.correct(demo().row(part)) for part in ("learner", "baseline")] if run else []
    if len(right) < 2 or right[0] is None or right[1] is None:
        raise FileNotFoundError(f"{RUN} comes with umeta and holds a finished run; install umeta again.")
    return Facts(demo(), paired_difference(right[0], right[1]))


def ask(facts: Facts) -> Scene:
    """Show what there is without practice."""
    row = facts.demo.row("baseline")
    return Scene(
        f"An embedding alone can solve a task: each query goes to its **nearest example**. It is right in "
        f"**{row.accuracy:.0%}** of the queries of {row.n_tasks:,} tasks. A learner now practises for thousands of "
        "steps on tasks made of clusters of this embedding.",
        (accuracy_bars([_bar(facts, "baseline", "no practice")], 1 / row.n_way),),
    )


def answer(facts: Facts) -> int:
    """Return the choice that is nearest to the difference."""
    return nearest_choice(100 * facts.paired.mean, OFFERED)


def reveal(facts: Facts, frame: int) -> Scene:
    """Show the strong embedding, then plain pixels, then true labels beside both."""
    chance = 1 / facts.demo.row("learner").n_way
    strong = [_bar(facts, "baseline", "no practice"), _bar(facts, "learner", "practised on clusters")]
    plain = [
        _bar(facts, "baseline", "pixels, no practice", plain=True),
        _bar(facts, "learner", "pixels, practised on clusters", plain=True),
    ]
    if frame == 0:
        paired = facts.paired
        low, high = (100 * (paired.mean + sign * paired.ci95) for sign in (-1, 1))
        return Scene(
            f"**{_points(paired.mean)}** on the same {paired.n_tasks:,} tasks (95% interval {low:+.1f} to {high:+.1f}; "
            "one training). The embedding had learned already what practice on its own clusters can teach.",
            (accuracy_bars(strong, chance),),
        )
    if frame == 1:
        return Scene(
            f"From **plain pixels** the same practice wins **{_points(facts.demo.gain(plain=True))}**: tasks of rough "
            "clusters teach a network what pixels do not know. That is the idea of CACTUs.",
            (accuracy_bars(plain, chance),),
        )
    oracle = _bar(facts, "oracle", "practised with true labels")
    better = facts.demo.row("baseline").accuracy - facts.demo.row("baseline", plain=True).accuracy
    return Scene(
        f"The better embedding is worth **{_points(better)}**, more than any practice here. So always ask: **does it "
        "beat the embedding that it started from?**",
        (accuracy_bars([*plain, *strong, oracle], chance),),
        uses_classes=True,
    )


def _bar(facts: Facts, part: str, name: str, *, plain: bool = False) -> Bar:
    row = facts.demo.row(part, plain=plain)
    colour = {"baseline": PETROFF[7], "learner": PETROFF[0], "oracle": PETROFF[3]}[part]
    return Bar(name, row.accuracy, row.ci95, hex_of(colour))


def _points(share: float) -> str:
    return f"{100 * share:+.1f} points".replace("-", "−")


LESSON = Lesson(
    name="baseline",
    title="Does it beat the embedding itself?",
    idea="The first thing that a learner must beat is the embedding it started from.",
    question="What does practice add to the nearest example in the same embedding?",
    choices=("about 10 points more", "within 5 points of it", "about 10 points less"),
    prepare=prepare,
    ask=ask,
    answer=answer,
    frames=("This embedding", "Plain pixels", "All together"),
    reveal=reveal,
    tries=(
        Try(
            "Open the demo's results: who beats whom?",
            "results",
            {"run": DEMO, "section": "Who beats whom?"},
        ),
        Try("Look where on the plane practice helps.", "plane"),
    ),
)
