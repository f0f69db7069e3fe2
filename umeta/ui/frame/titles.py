"""What a person calls each of their own data sets and encoders, as text that is told apart on screen."""

from collections import Counter
from collections.abc import Mapping, Sequence

MAX_TITLE = 80


def clean_title(text: str) -> str:
    """Return a title on one line, without signs that cannot be seen."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


def told_apart(names: Sequence[str], titles: Mapping[str, str]) -> dict[str, str]:
    """Return what each method's name is called on screen; no two are called the same.

    A name without a title is called by itself. A title that is another's too, or a method's name, gets its path.
    """
    called = {name: titles.get(name, name) for name in names}
    counts = Counter([*called.values(), *(name for name in names if name in titles)])
    return {
        name: f"{title} ({name.partition(':')[2]})" if name in titles and counts[title] > 1 else title
        for name, title in called.items()
    }
