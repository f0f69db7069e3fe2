"""Values from outside as messages show them: on one line, and cut short."""

import reprlib
from typing import Any

_SHOWN = reprlib.Repr()
_SHOWN.maxstring = _SHOWN.maxother = MAX_SHOWN = 80
"""Characters of a value that a message shows."""


def shown(value: Any) -> str:
    """Return a value as a message shows it: on one line, and cut short."""
    return _SHOWN.repr(value)


def cut(text: str) -> str:
    """Return text as a message shows it, without quotes: on one line, and cut short."""
    line = "".join(character if character.isprintable() else "?" for character in text[: MAX_SHOWN + 1])
    return line if len(line) <= MAX_SHOWN else f"{line[: MAX_SHOWN - 1]}…"
