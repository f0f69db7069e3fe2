"""Text from outside (links, names of files and classes, errors that quote them) put on screen as what it is: text.

Streamlit draws labels, captions, help, messages and the cells of `st.table` as Markdown, where a name can fetch an
image, set a link or become an icon. A backslash takes the meaning from a sign that the parser reads. Some things are
found only after parsing, in the text itself: bare addresses, `:icons:`, arrows. A word joiner, which takes no room,
breaks them apart.
"""

import re
import unicodedata

_JOINER = "\u2060"
_FOUND_IN_TEXT = re.compile(
    r"""(?: :(?=[\w+-]+:|material/)              # :smile:, :material/home:, :streamlit:
          | https?:(?=//) | www(?=\.)            # bare addresses
          | (?<=[\w.+-])@(?=[\w-]+\.)            # addresses of mail
          | (?<!\S)[<>~-](?=(?:->|[->=])(?!\S))  # arrows, dashes and comparisons that stand alone
        )""",
    re.VERBOSE | re.IGNORECASE,
)
_MEANINGFUL = re.compile(r"[\\`*\[\]<$~|]|(?<![^\W_])_|_(?![^\W_])|:(?!$|[\s/])|&(?=[#\w])")
_AT_THE_START = re.compile(r"^( ?\d*)([=>]|[-+](?=[\s+-]|$)|#+(?=\s|$)|(?<=\d)[.)](?=\s|$))")
_JOINS_LETTERS = "\u200c\u200d"  # as Persian, Hindi and families of emoji are written


def plain(text: object) -> str:
    """Return Markdown that shows a text as it is, on one line.

    Line breaks become spaces. Signs that are not seen but act (control characters, reversals of the direction of
    writing, letters of no width, halves of surrogate pairs) become U+FFFD, so that no name looks like another.
    """
    seen = _isolated(_one_line(str(text)))
    escaped = _MEANINGFUL.sub(r"\\\g<0>", _FOUND_IN_TEXT.sub(rf"\g<0>{_JOINER}", seen))
    return _AT_THE_START.sub(r"\1\\\2", escaped)


def code(text: object) -> str:
    """Return Markdown that shows a text as it is, on one line, in letters of one width."""
    shown = _one_line(str(text)).replace(
        ":material/", f":{_JOINER}material/"
    )  # Streamlit looks for it in code too
    fence = "`" * (1 + max((len(run) for run in re.findall("`+", shown)), default=0))
    space = " " if not shown.strip() or "`" in (shown[0], shown[-1]) else ""
    return f"{fence}{space}{shown}{space}{fence}"


def cut(text: object, at_most: int = 80) -> str:
    """Return a text of at most so many characters; an ellipsis stands for the rest."""
    whole = str(text)
    return whole if len(whole) <= at_most else f"{whole[: at_most - 1]}…"


def _one_line(text: str) -> str:
    spaced = re.sub(r"\s+", " ", text)
    return "".join(_shown(spaced, place) for place in range(len(spaced)))


def _shown(text: str, place: int) -> str:
    character = text[place]
    if character in _JOINS_LETTERS:
        beside = text[max(place - 1, 0) : place] + text[place + 1 : place + 2]
        return character if len(beside) == 2 and not beside.isascii() else "\ufffd"
    return "\ufffd" if unicodedata.category(character) in ("Cc", "Cf", "Cs") else character


def _isolated(text: str) -> str:
    """Keep a text that is written from right to left from turning round what stands beside it."""
    turns = any(unicodedata.bidirectional(character) in ("R", "AL", "AN") for character in text)
    return f"\u2068{text}\u2069" if turns else text
