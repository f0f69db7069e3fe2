"""The pictures of Start as HTML: drawings cut from the map's sprite by the browser, and accuracies as bars."""

from collections.abc import Sequence
from html import escape
from pathlib import Path

import numpy as np
import streamlit as st
from jaxtyping import Int

from umeta.figures.palette import PETROFF, hex_of
from umeta.ui.shared.demo.bundle import Demo, ExamTask
from umeta.ui.shared.map.media import URL_PREFIX
from umeta.ui.shared.map.sprites import Sprite

ROWS = (0, 1, 2, 4, 9)
"""The colours of a task's five classes, as places in the palette."""

STYLE = f"<style>{Path(__file__).with_suffix('.css').read_text('utf-8')}</style>"


def wall(demo: Demo, items: Sequence[int], alt: str) -> str:
    """Draw drawings side by side, as many in a row as there is room for."""
    tiles = "".join(_tile(demo.points.sprite, item) for item in items)
    return f'{STYLE}<div class="ud wall" role="img" aria-label="{escape(alt, quote=True)}">{tiles}</div>'


def practice_rows(demo: Demo, task: Int[np.ndarray, "n_way n_items"], *, truth: bool) -> str:
    """Draw the rows of a practice task: an example, then further drawings of the same cluster.

    With `truth`, a cross marks each drawing that is another character than the row's example.
    """
    rows = []
    for items, k in zip(task, ROWS, strict=True):
        same = demo.classes[items] == demo.classes[items[0]]
        marks = ["" if not truth or ok else "no" for ok in same]
        said = f"{same[1:].sum()} of {len(items) - 1} the same" if truth else ""
        rows.append(_row(demo, items, marks, hex_of(PETROFF[k]), said))
    return f'{STYLE}<div class="ud">{"".join(rows)}</div>'


def exam_rows(demo: Demo, exam: ExamTask, method: str, *, truth: bool) -> str:
    """Draw a test task as a method solved it: beside each example, the drawings that it took for the same."""
    answers = exam.answers[method]
    rows = []
    for number, (example, k) in enumerate(zip(exam.support, ROWS, strict=True)):
        where = answers == number
        items = np.concatenate([[example], exam.query[where]])
        right = np.nonzero(where)[0] == number
        marks = ["", *("yes" if ok else "no" for ok in right)] if truth else [""] * len(items)
        rows.append(
            _row(demo, items, marks, hex_of(PETROFF[k]), "" if len(items) > 1 else "nothing was put here")
        )
    return f'{STYLE}<div class="ud">{"".join(rows)}</div>'


def bars(rows: Sequence[tuple[str, str, float, float]], chance: float) -> str:
    """Draw accuracies as bars with their intervals over one chance line.

    Args:
        rows: Label, colour, accuracy and half-width of the interval, as fractions.
        chance: The accuracy of guessing, as a fraction.
    """
    drawn = []
    for label, colour, accuracy, ci95 in rows:
        said = f"{label}: {100 * accuracy:.1f} percent, give or take {100 * ci95:.1f}"
        marks = f'<u style="left:{100 * (accuracy - ci95):.2f}%;width:{200 * ci95:.2f}%"></u>'
        line = f'<em style="left:{100 * chance:.2f}%"></em>'
        track = f'<span class="track" role="img" aria-label="{escape(said, quote=True)}">'
        track += f'<i style="width:{100 * accuracy:.2f}%"></i>{marks}{line}</span>'
        number = f"<span>{100 * accuracy:.1f}%</span>"
        drawn.append(
            f'<div class="bar" style="--c:{colour}"><span>{escape(label)}</span>{track}{number}</div>'
        )
    guess = f'<span style="left:{100 * chance:.2f}%">guessing: {100 * chance:.0f}%</span>'
    scale = f'<div class="bar last"><span></span><div class="scale">{guess}</div><span></span></div>'
    return f'{STYLE}<div class="ud">{"".join(drawn)}{scale}</div>'


def _row(demo: Demo, items: Sequence[int] | np.ndarray, marks: Sequence[str], colour: str, said: str) -> str:
    sprite = demo.points.sprite
    first = _tile(sprite, int(items[0]), lead=True)
    rest = "".join(_tile(sprite, int(item), mark) for item, mark in zip(items[1:], marks[1:], strict=True))
    note = f"<small>{escape(said)}</small>" if said else ""
    return f'<div class="row" style="--c:{colour}">{first}{rest}{note}</div>'


def _tile(sprite: Sprite | None, item: int, mark: str = "", *, lead: bool = False) -> str:
    if sprite is None:
        raise ValueError("the demo's map has no images; build the bundle again.")
    page, left, top = sprite.tile(int(item))
    on_page = min(sprite.tiles_per_page, sprite.n_items - sprite.pages.index(page) * sprite.tiles_per_page)
    rows = -(-on_page // sprite.columns)
    column, row = left // sprite.tile_width, top // sprite.tile_height
    base = st.get_option("server.baseUrlPath").strip("/")
    url = f"/{base}/{URL_PREFIX}/{page}".replace("//", "/")
    place = (
        f"--page:url({url});--x:{_percent(column, sprite.columns)};--y:{_percent(row, rows)};"
        f"--w:{100 * sprite.columns}%;--h:{100 * rows}%"
    )
    sign = {
        "yes": '<b role="img" aria-label="right">✓</b>',
        "no": '<b class="no" role="img" aria-label="wrong">✗</b>',
    }
    return f'<span class="t{" lead" if lead else ""}"><i style="{place}"></i>{sign.get(mark, "")}</span>'


def _percent(place: int, count: int) -> str:
    return f"{100 * place / (count - 1):.5g}%" if count > 1 else "0%"
