"""A table that explains each of its numbers: a row per fact, a column per thing described."""

from collections.abc import Mapping, Sequence
from html import escape

from umeta.ui.frame.styles import style_beside

_STYLE = style_beside(__file__)


def two_digits(value: float) -> str:
    """Return a score with two digits, and never a negative zero."""
    return f"{round(value, 2) + 0.0:.2f}"


def card_html(
    titles: Sequence[str], facts: Mapping[str, tuple[str, str]], columns: Sequence[Mapping[str, str]]
) -> str:
    """Return a table with a row per fact, its explanation under its name, and a column per partition."""
    head = "".join(f'<th scope="col">{escape(title)}</th>' for title in titles)
    body = "".join(
        f'<tr><th scope="row">{escape(name)}<small>{escape(text)}</small></th>'
        + "".join(f"<td>{escape(column[key])}</td>" for column in columns)
        + "</tr>"
        for key, (name, text) in facts.items()
    )
    table = f"<thead><tr><td></td>{head}</tr></thead><tbody>{body}</tbody>"
    return f'{_STYLE}<table class="umeta-card">{table}</table>'
