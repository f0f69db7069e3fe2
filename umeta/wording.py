"""How counts and durations are said, everywhere the same."""

import re
from operator import index
from typing import SupportsIndex


def counted(number: SupportsIndex, noun: str) -> str:
    """Return a count with its noun in the right number: "1 image", "3,610 images", "2 true classes".

    Args:
        number: How many, an integer of Python or of numpy.
        noun: One of them; in a phrase the last word is the noun.
    """
    count = index(number)
    return f"{count:,} {noun if count == 1 else plural(noun)}"


def plural(noun: str) -> str:
    """Return the plural of a regular English noun."""
    if re.search(r"(s|x|ch|sh)$", noun):
        return f"{noun}es"
    return re.sub(r"(?<=[^aeiou])y$", "ie", noun) + "s"


def duration(seconds: float | int) -> str:
    """Return a duration in seconds, minutes or hours, whichever is read most easily."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    if seconds < 90 * 60:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.1f} h"
