"""The answers to a drawing on screen: what each method takes it for, with a bar for each class."""

from collections.abc import Sequence

import numpy as np
import streamlit as st
from jaxtyping import UInt8

from umeta.browser.tile_sheet import TileSheet
from umeta.figures.palette import PETROFF
from umeta.ui.draw.answers import Answer
from umeta.ui.frame.styles import style_beside
from umeta.ui.shared.grid import STYLE, Tile, css_colour, figure_html, image_grid

SIDE = 48


def draw_answers(
    found: Sequence[Answer], examples: UInt8[np.ndarray, "n_way 1 28 28"], query: UInt8[np.ndarray, "1 28 28"]
) -> None:
    """Draw what each method says, with its numbers; then the images that they were given."""
    st.html(style_beside(__file__) + answers_html(found, examples))
    st.caption("What they were given, 28 × 28 pixels each: the query, then the examples.")
    images = np.concatenate([query[None], examples])
    tiles = [Tile(item=0, alt="query", caption="?")]
    tiles += [Tile(item=k, alt=f"example of class {k}", caption=str(k)) for k in range(1, len(images))]
    image_grid(images, tiles, side=SIDE)


def answers_html(found: Sequence[Answer], examples: UInt8[np.ndarray, "n_way 1 28 28"]) -> str:
    """Return the HTML of the answers; the bar of a distance is short where it is near."""
    sheet = TileSheet(examples, list(range(len(examples))))
    sections = "".join(_answer_html(answer, sheet) for answer in found)
    return (
        f'{STYLE}{sheet.style}<div class="umeta-answers {sheet.css_classes}" '
        f'style="{sheet.variables(SIDE, None)}">{sections}</div>'
    )


def _answer_html(answer: Answer, sheet: TileSheet) -> str:
    longest = max(float(answer.values.max()), 1e-9) if answer.is_distance else 1.0
    rows = "".join(
        f'<tr{" class=wins" if k == answer.row else ""}><th scope="row">{k + 1}</th>'
        f'<td><div style="width:{100 * value / longest:.1f}%;background:{css_colour(PETROFF[k])}"></div></td>'
        f"<td>{_shown(value, answer.is_distance)}{' ✓' if k == answer.row else ''}</td></tr>"
        for k, value in enumerate(answer.values.tolist())
    )
    taken = figure_html(sheet, answer.row, Tile(item=answer.row, alt=f"example of class {answer.row + 1}"))
    return (
        f'<section><h4>{answer.method}</h4><div class="taken" style="--c:{css_colour(PETROFF[answer.row])}">{taken}'
        f"class {answer.row + 1}</div><p>{answer.meaning}</p><table><tbody>{rows}</tbody></table></section>"
    )


def _shown(value: float, is_distance: bool) -> str:
    return f"{value:.2f}" if is_distance else f"{100 * value:.0f} %"
