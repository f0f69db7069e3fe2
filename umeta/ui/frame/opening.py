"""The question before anything of a person's own is read, and the choice of what was opened."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from umeta.cache import Home
from umeta.data import DATASETS
from umeta.stage import UserError
from umeta.ui.frame import access, links, opened_paths
from umeta.ui.frame.links import Parameter
from umeta.ui.frame.opened_entry import KINDS
from umeta.ui.frame.text import plain

_REMOVED = "umeta.removed"


def ask_before_opening(home: Home, parameter: Parameter[str | None]) -> None:
    """Ask, if the link's parameter names a path that was never opened here; the page ends until a person answers."""
    text = parameter.read()
    if st.session_state.get(_REMOVED) not in (None, links.DATASET.read(), links.ENCODER.read()):
        st.session_state.pop(_REMOVED)
    stem, _, path = text.partition(":")
    if stem not in KINDS or not path:
        return
    try:
        name = opened_paths.whole(text)
    except UserError as error:
        st.error(plain(error), icon=":material/error:")
        st.stop()
    if name in opened_paths.opened(home, stem) or st.session_state.get(_REMOVED) == text:
        return
    kind = KINDS[stem]
    if not access.is_full():
        st.error(
            f"The link asks to read a {kind} that was not opened here before: {access.explanation()}",
            icon=":material/lock:",
        )
        if st.button("Leave it closed", key=f"leave {parameter.key}"):
            parameter.remove()
            st.rerun()
        st.stop()
    st.warning(
        f"The link asks to read this {kind} of the computer that umeta runs on. Nothing of it has been read yet. "
        "Open it only if you know what it is and meant to use it.",
        icon=":material/lock:",
    )
    st.code(name.partition(":")[2], language=None, wrap_lines=True)
    with st.container(horizontal=True):
        if st.button(f"Open this {kind}", icon=":material/lock_open:", key=f"open {parameter.key}"):
            opened_paths.remember(home, name)
            st.rerun()
        if st.button("Leave it closed", key=f"leave {parameter.key}"):
            parameter.remove()
            st.rerun()
    st.stop()


def use(
    home: Home,
    parameter: Parameter[str | None],
    name: str,
    *,
    title: str = "",
    reading: Mapping[str, Any] | None = None,
) -> None:
    """Remember a name as opened and choose it in the sidebar; called before the page is drawn.

    Args:
        title: What it is called at first.
        reading: The options its images are read with from now on.
    """
    opened_paths.remember(home, name, title=title, reading=reading)
    st.session_state[parameter.key] = name
    if parameter is links.DATASET:
        read_as_remembered(home, name)


def leave(parameter: Parameter[str | None], name: str) -> None:
    """Choose what is usual in place of a name that was removed; called before the page is drawn."""
    if st.session_state.get(parameter.key) == name:
        st.session_state[_REMOVED] = name  # the link holds it until the selector is drawn
        st.session_state[parameter.key] = parameter.default or next(iter(DATASETS.methods))


def read_as_remembered(home: Home, dataset: str) -> None:
    """Let the sidebar's options for reading images be those of a data set that is newly chosen."""
    if ":" not in dataset:
        return
    entry = opened_paths.entry_of(home, opened_paths.whole(dataset))
    for option, parameter in reading_parameters(dataset).items():
        if entry and option in entry.reading:
            st.session_state[parameter.key] = entry.reading[option]
        else:
            st.session_state.pop(parameter.key, None)


def read_as(section: Mapping[str, Any]) -> None:
    """Let the sidebar's options for reading images be those of a run's section on its data set."""
    name = section["name"]
    options = DATASETS.method_class(name).model_fields
    for option, parameter in reading_parameters(name).items():
        if option == "split" or ":" in name:  # known sets say themselves how their images are read
            st.session_state[parameter.key] = section.get(option, options[option].default)


def reading_parameters(dataset: str) -> dict[str, Parameter[Any]]:
    """Return the parameters that say how the images of a person's own set are read, by the option of its method."""
    return {"split": links.SPLIT.of(dataset.partition(":")[0]), "fit": links.FIT, "size": links.SIZE}
