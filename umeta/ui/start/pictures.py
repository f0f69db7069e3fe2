"""The pictures of Start as HTML: drawings cut from the map's sprite by the browser, and accuracies as bars."""

from collections.abc import Sequence
from html import escape
from pathlib import Path

import numpy as np
from jaxtyping import Int

from umeta.demo.bundle import Demo, ExamTask
from umeta.figures.palette import PETROFF, hex_of
from umeta.ui.shared.map import Sprite
from umeta.ui.shared.map.media import URL_PREFIX

ROW_COLOURS = (0, 1, 2, 4, 9)
"""The colours of a task's five classes, as places in the palette."""
STYLE = f"<style>{Path(__file__).with_suffix('.css').read_text('utf-8')}</style>"
SIGNS = {
    "": "",
    "right": '<b role="img" aria-label="right">✓</b>',
    "wrong": '<b class="no" role="img" aria-label="wrong">✗</b>',
}


def drawings_html(demo: Demo, items: Sequence[int], alt: str) -> str:
    """Return drawings side by side, as many in a row as there is room for."""
    tiles = "".join(_tile(demo.points.sprite, item) for item in items)
    return f'{STYLE}<div class="ud wall" role="img" aria-label="{escape(alt, quote=True)}">{tiles}</div>'


def practice_html(demo: Demo, task: Int[np.ndarray, "n_way n_items"], *, truth: bool) -> str:
    """Return the rows of a practice task: an example, then further drawings of the same cluster.

    With `truth`, a cross marks each drawing that is another character than the row's example.
    """
    rows = []
    for items, k in zip(task, ROW_COLOURS, strict=True):
        same_class = demo.classes[items] == demo.classes[items[0]]
        marks = ["wrong" if truth and not same else "" for same in same_class]
        note = f"{same_class[1:].sum()} of {len(items) - 1} the same" if truth else ""
        rows.append(_row(demo, items, marks, hex_of(PETROFF[k]), note))
    return f'{STYLE}<div class="ud">{"".join(rows)}</div>'


def exam_html(demo: Demo, exam: ExamTask, method: str, *, truth: bool) -> str:
    """Return a test task as a method solved it: beside each example, the drawings that it took for the same."""
    answers = exam.answers[method]
    rows = []
    for row, (example, k) in enumerate(zip(exam.support, ROW_COLOURS, strict=True)):
        answered = answers == row
        items = np.concatenate([[example], exam.query[answered]])
        is_right = np.nonzero(answered)[0] == row
        marks = ["", *("right" if right else "wrong" for right in is_right)] if truth else [""] * len(items)
        note = "" if answered.any() else "nothing was put here"
        rows.append(_row(demo, items, marks, hex_of(PETROFF[k]), note))
    return f'{STYLE}<div class="ud">{"".join(rows)}</div>'


def bars_html(rows: Sequence[tuple[str, str, float, float]], chance: float) -> str:
    """Return accuracies as bars with their intervals over one chance line.

    Args:
        rows: Label, colour, accuracy and half-width of the interval, as fractions.
        chance: The accuracy of guessing, as a fraction.
    """
    bars = []
    for label, colour, accuracy, ci95 in rows:
        alt = f"{label}: {100 * accuracy:.1f} percent, give or take {100 * ci95:.1f}"
        interval = f'<u style="left:{100 * (accuracy - ci95):.2f}%;width:{200 * ci95:.2f}%"></u>'
        chance_line = f'<em style="left:{100 * chance:.2f}%"></em>'
        bars.append(
            f'<div class="bar" style="--c:{colour}"><span>{escape(label)}</span>'
            f'<span class="track" role="img" aria-label="{escape(alt, quote=True)}">'
            f'<i style="width:{100 * accuracy:.2f}%"></i>{interval}{chance_line}</span>'
            f"<span>{100 * accuracy:.1f}%</span></div>"
        )
    guessing = f'<span style="left:{100 * chance:.2f}%">guessing: {100 * chance:.0f}%</span>'
    scale = f'<div class="bar last"><span></span><div class="scale">{guessing}</div><span></span></div>'
    return f'{STYLE}<div class="ud">{"".join(bars)}{scale}</div>'


def _row(demo: Demo, items: Int[np.ndarray, " n"], marks: Sequence[str], colour: str, note: str) -> str:
    sprite = demo.points.sprite
    first = _tile(sprite, int(items[0]), lead=True)
    others = zip(items[1:], marks[1:], strict=True)
    rest = "".join(_tile(sprite, int(item), mark) for item, mark in others)
    small = f"<small>{escape(note)}</small>" if note else ""
    return f'<div class="row" style="--c:{colour}">{first}{rest}{small}</div>'


def _tile(sprite: Sprite | None, item: int, mark: str = "", *, lead: bool = False) -> str:
    if sprite is None:
        raise ValueError("the demo's map has no images; build the bundle again.")
    page, left, top = sprite.tile(int(item))
    on_page = min(sprite.tiles_per_page, sprite.n_items - sprite.pages.index(page) * sprite.tiles_per_page)
    rows = -(-on_page // sprite.columns)
    column, row = left // sprite.tile_width, top // sprite.tile_height
    place = (  # beside the page, whatever path it was reached by: a proxy may have put one before it
        f"--page:url({URL_PREFIX}/{page});--x:{_percent(column, sprite.columns)};--y:{_percent(row, rows)};"
        f"--w:{100 * sprite.columns}%;--h:{100 * rows}%"
    )
    return f'<span class="t{" lead" if lead else ""}"><i style="{place}"></i>{SIGNS[mark]}</span>'


def _percent(place: int, count: int) -> str:
    return f"{100 * place / (count - 1):.5g}%" if count > 1 else "0%"
