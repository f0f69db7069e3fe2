"""How counts and durations are said, everywhere the same."""

import re


def counted(number: int, noun: str) -> str:
    """Return a count with its noun in the right number: "1 image", "3,610 images", "2 true classes".

    Args:
        number: How many.
        noun: One of them; in a phrase the last word is the noun.
    """
    return f"{number:,} {noun if number == 1 else plural(noun)}"


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
