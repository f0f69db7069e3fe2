"""Folders and files of a person's own. A link may name one; nothing of it is read before a person has opened it here.

What was opened is remembered under the home, so that a link works without asking again.
"""

import json
from pathlib import Path

import streamlit as st

from umeta.cache import Home, write_atomically
from umeta.stage import UserError
from umeta.ui.frame.links import Parameter

KINDS = {"folder": "folder", "import": "file"}
"""What a person is asked to open, by the first part of a method's name."""


def whole(name: str) -> str:
    """Return `folder:PATH` or `import:PATH` with the path written out in full.

    Raises:
        UserError: it can be no path.
    """
    stem, _, path = name.partition(":")
    try:
        return f"{stem}:{Path(path).expanduser().resolve()}"
    except (OSError, RuntimeError, ValueError) as error:
        raise UserError(f"{path!r} can be no path: {error}. Give the whole path.") from None


def opened(home: Home, stem: str) -> list[str]:
    """Return the names, like `folder:PATH`, that were opened before."""
    try:
        names = json.loads(_file(home).read_text())
    except (OSError, ValueError):
        return []
    return [name for name in names if isinstance(name, str) and name.startswith(f"{stem}:")]


def remember(home: Home, name: str) -> None:
    """Keep a name as opened."""
    names = [other for stem in KINDS for other in opened(home, stem)]
    if name not in names:
        write_atomically(_file(home), json.dumps([*names, name], indent=1).encode())


def ask_before_opening(home: Home, parameter: Parameter[str | None]) -> None:
    """Ask, if the link's parameter names a path that was never opened here; the page ends until a person answers."""
    text = parameter.read()
    stem, _, path = text.partition(":")
    if stem not in KINDS or not path:
        return
    try:
        name = whole(text)
    except UserError as error:
        st.error(str(error), icon=":material/error:")
        st.stop()
    if name in opened(home, stem):
        return
    kind = KINDS[stem]
    st.warning(
        f"The link asks to read this {kind} of the computer that umeta runs on. Nothing of it has been read yet. "
        "Open it only if you know what it is and meant to use it.",
        icon=":material/lock:",
    )
    st.code(name.partition(":")[2], language=None, wrap_lines=True)
    with st.container(horizontal=True):
        if st.button(f"Open this {kind}", icon=":material/lock_open:", key=f"open {parameter.key}"):
            remember(home, name)
            st.rerun()
        if st.button("Leave it closed", key=f"leave {parameter.key}"):
            parameter.remove()
            st.rerun()
    st.stop()


def use(home: Home, parameter: Parameter[str | None], name: str) -> None:
    """Remember a name as opened and choose it in the sidebar; called before the page is drawn."""
    remember(home, name)
    st.session_state[parameter.key] = name


def _file(home: Home) -> Path:
    return home.root / "opened.json"
