"""What a link may say: for each parameter a value of its type and of a size that a page can bear."""

import math
import unicodedata
from collections.abc import Sequence

LARGEST = 2**31 - 1
"""The largest number, where a parameter declares none."""
LONGEST = 20_000
"""Characters of a text; a lasso of a hundred corners has two thousand."""
MOST_TEXTS = 100
"""Values of a list."""


def expected(texts: Sequence[str], kind: type, least: int, most: int) -> str:
    """Return what a link should say instead of these texts, as "a number from 2 to 50"; "" where they fit.

    Args:
        texts: What the link says, once for each time that it names the parameter; of one that is no list the last
            counts.
        kind: The type of the parameter: bool, int, float, str or list.
        least: The least that a number may be.
        most: The most that a number may be.
    """
    if kind is list:
        fits = len(texts) <= MOST_TEXTS and all(map(_is_text, texts))
        return "" if fits else f"at most {MOST_TEXTS} texts of letters and signs that can be seen"
    text = texts[-1]
    if text == "" or (kind is str and _is_text(text)):
        return ""
    if kind is str:
        return f"a text of at most {LONGEST:,} letters and signs that can be seen"
    if kind is bool:
        return "" if text.lower() in ("true", "false") else "true or false"
    return "" if _is_number(text, kind, least, most) else _range(kind, least, most)


def _is_text(text: str) -> bool:
    return len(text) <= LONGEST and not any(unicodedata.category(letter) in ("Cc", "Cs") for letter in text)


def _is_number(text: str, kind: type, least: int, most: int) -> bool:
    try:
        number = float(text[:40])  # no number that a page takes is longer
    except ValueError:
        return False
    whole = kind is float or (math.isfinite(number) and number.is_integer())
    return len(text) <= 40 and whole and least <= number <= most  # what is not a number is in no range


def _range(kind: type, least: int, most: int) -> str:
    name = "a whole number" if kind is int else "a number"
    return f"{name} of {least:,} or more" if most == LARGEST else f"{name} from {least:,} to {most:,}"
