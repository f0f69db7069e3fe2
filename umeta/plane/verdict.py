"""Which of two constructions teaches more, in a sentence with an interval."""

from umeta.evaluation.intervals import Interval, over_seeds
from umeta.plane.points import Point
from umeta.wording import counted


def difference(a: Point, b: Point) -> Interval:
    """Return the accuracy of A minus that of B, as a fraction, over the training seeds that both have."""
    return over_seeds([first - second for first, second in zip(a.accuracies, b.accuracies, strict=False)])


def verdict(a: Point, b: Point) -> str:
    """Return which of two constructions of one study teaches more, and how their pairs differ."""
    found = difference(a, b)
    mean, half = 100 * found.mean, 100 * found.ci95
    interval = f"[{mean - half:+.1f}, {mean + half:+.1f}]" if half == half else "[no interval: one training]"
    if half != half or abs(mean) <= half:
        said = f"A and B cannot be told apart: {mean:+.1f} points {interval}"
    else:
        better = "A teaches more than B" if mean > 0 else "A teaches less than B"
        said = f"{better}: {mean:+.1f} points {interval}"
    more, times = (
        ("A", a.diversity / b.diversity) if a.diversity > b.diversity else ("B", b.diversity / a.diversity)
    )
    return (
        f"{said}, over {counted(found.n, 'training')} on the same test tasks; {a.noise:.1%} of A's pairs are wrong and "
        f"{b.noise:.1%} of B's, and {more} has {times:,.1f} times as many different ones."
    ).replace("-", "−")
