"""A few of many names for a message, and how many more there are."""

from collections.abc import Iterable, Sequence
from unicodedata import category

import numpy as np
from jaxtyping import Int

from umeta.wording import counted

MAX_LETTERS = 160
"""Letters of a name that a message shows."""


UNREADABLE = ("Cc", "Cs", "Zl", "Zp")
"""Unicode's control characters, halves of pairs (as which Python keeps bytes that are no UTF-8), and line breaks."""


def readable(name: str) -> str:
    """Return a name as text that can be stored and printed: line breaks and bytes that are no text as escapes."""
    return "".join(
        sign.encode("unicode_escape").decode() if category(sign) in UNREADABLE else sign for sign in name
    )


def shortened(name: str) -> str:
    """Return a name as a message shows it: readable, and cut in the middle if it is long."""
    text = readable(name)
    half = MAX_LETTERS // 2
    return text if len(text) <= MAX_LETTERS else f"{text[:half]}…{text[-half:]}"


def name_some(names: Sequence[str], *, max_names: int = 3) -> str:
    """Return the first names, and how many more there are."""
    n_more = len(names) - max_names
    return ", ".join(map(shortened, names[:max_names])) + (f" and {n_more:,} more" if n_more > 0 else "")


def left_out(why: str, names: Iterable[str]) -> list[str]:
    """Return the note that some are left out, with their number and the first names; no note if there are none."""
    listed = sorted(names)
    return [f"{len(listed):,} left out ({why}): {name_some(listed)}."] if listed else []


def left_out_doubles(names: Sequence[str]) -> list[str]:
    """Return the note that rows are left out as their image stands in a row before; no note if there are none."""
    its = "its" if len(names) == 1 else "their"
    rows = counted(len(names), "row")
    return [f"{rows} left out ({its} image stands in a row before): {name_some(names)}."] if names else []


def name_some_with_counts(
    names: Sequence[str],
    counts: Int[np.ndarray, " n_names"],
    chosen: Int[np.ndarray, " n_chosen"],
    *,
    max_names: int = 5,
) -> str:
    """Return the first of the chosen names, each with its count, and how many more are chosen."""
    n_more = len(chosen) - max_names
    named = ", ".join(f"{shortened(str(names[k]))} ({counts[k]})" for k in chosen[:max_names])
    return named + (f" and {n_more} more" if n_more > 0 else "")
