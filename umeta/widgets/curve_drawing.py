"""Training curves as a drawing: loss beside accuracy, a line for each training."""

from collections.abc import Iterable, Mapping, Sequence
from html import escape

from umeta.figures.curves import Curve
from umeta.figures.palette import PETROFF, hex_of

WIDTH, HEIGHT = 330, 220
"""Of one of the two panels, in pixels."""
_LEFT, _RIGHT, _TOP, _BOTTOM = 46, 12, 30, 34
"""Pixels around the lines, for the numbers and titles."""


def curves_svg(curves: Mapping[str, Curve], *, background: str = "none") -> str:
    """Return the drawing of curves as `training_curves` collects them; words are in the colour of the page's text."""
    loss = {name: [(curve["step"], curve["loss"])] for name, curve in curves.items()}
    accuracy = {
        name: [(curve["step"], curve["accuracy"]), (curve["val_step"], curve["meta_val"])]
        for name, curve in curves.items()
    }
    judged = any(curve["val_step"] for curve in curves.values())
    accuracy_title = f"Accuracy in practice{'; dashed on meta_val' if judged else ', running mean'}"
    names = "".join(
        f'<text x="{WIDTH * 2 - _RIGHT}" y="{14 + 15 * place}" text-anchor="end" fill="{_colour(place)}">'
        f"{escape(name)}</text>"
        for place, name in enumerate(curves if len(curves) > 1 else ())
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{2 * WIDTH}" height="{HEIGHT}" role="img" '
        f'viewBox="0 0 {2 * WIDTH} {HEIGHT}" font-family="sans-serif" font-size="12" fill="currentColor">'
        f"<title>{escape(in_words(curves))}</title>"
        f'<rect width="100%" height="100%" fill="{background}"/>'
        f"{_panel('Loss in practice, running mean', loss, None)}"
        f'<g transform="translate({WIDTH} 0)">'
        f"{_panel(accuracy_title, accuracy, (0.0, 1.0))}</g>{names}</svg>"
    )


def in_words(curves: Mapping[str, Curve]) -> str:
    """Return the last values, for whoever does not see the lines."""
    if not curves:
        return "Curves of a training that has not begun."
    values = ", ".join(
        f"{name}: loss {curve['loss'][-1]:.2f}, accuracy {curve['accuracy'][-1]:.2f} at step {curve['step'][-1]:.0f}"
        for name, curve in curves.items()
    )
    return f"Curves of a training, {values}."


def _panel(
    title: str,
    lines: Mapping[str, Sequence[tuple[Sequence[float], Sequence[float]]]],
    extent: tuple[float, float] | None,
) -> str:
    """Draw one panel; the second line of a training is dashed."""
    parts = [(steps, values) for pair in lines.values() for steps, values in pair if len(steps)]
    last = max((steps[-1] for steps, _ in parts), default=1.0) or 1.0
    low, high = extent or (0.0, max((value for _, values in parts for value in _finite(values)), default=1.0))
    high = high if high > low else low + 1.0

    def x(step: float) -> float:
        return _LEFT + step / last * (WIDTH - _LEFT - _RIGHT)

    def y(value: float) -> float:
        return HEIGHT - _BOTTOM - (value - low) / (high - low) * (HEIGHT - _TOP - _BOTTOM)

    drawn = [f'<text x="{_LEFT}" y="16" font-weight="600">{escape(title)}</text>']
    for value in (low, (low + high) / 2, high):
        drawn.append(
            f'<line x1="{_LEFT}" x2="{WIDTH - _RIGHT}" y1="{y(value):.1f}" y2="{y(value):.1f}" stroke="currentColor" '
            f'stroke-opacity="0.2"/><text x="{_LEFT - 6}" y="{y(value) + 4:.1f}" text-anchor="end">{value:.2g}</text>'
        )
    drawn.append(f'<text x="{_LEFT}" y="{HEIGHT - 12}">0</text>')
    drawn.append(
        f'<text x="{WIDTH - _RIGHT}" y="{HEIGHT - 12}" text-anchor="end">training step {last:.0f}</text>'
    )
    for place, pair in enumerate(lines.values()):
        for (steps, values), dash in zip(pair, ("", ' stroke-dasharray="5 4"'), strict=False):
            corners = [
                f"{x(step):.1f},{y(min(max(value, low), high)):.1f}"
                for step, value in zip(steps, values, strict=True)
                if value == value
            ]
            drawn.append(
                f'<polyline points="{" ".join(corners)}" fill="none" stroke="{_colour(place)}" stroke-width="2"{dash}/>'
            )
    return "".join(drawn)


def _finite(values: Iterable[float]) -> list[float]:
    return [value for value in values if abs(value) < float("inf")]


def _colour(place: int) -> str:
    return hex_of(PETROFF[place % len(PETROFF)])
