"""What a person gave and does not use yet: a look at it, how it will be read, and the button that goes on with it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import streamlit as st

from umeta.cache import Home
from umeta.data import DATASETS
from umeta.stage import UserError
from umeta.ui.data.callback_errors import problems
from umeta.ui.data.contents import draw_found
from umeta.ui.data.first_look import draw_first_look, look_at
from umeta.ui.data.reading_choices import draw_kind, draw_reading
from umeta.ui.frame import links, opened_paths, opening, state
from umeta.ui.frame.changed_files import stamp_of
from umeta.ui.frame.errors import Stopped
from umeta.ui.frame.memory import remember
from umeta.ui.frame.opened_entry import Entry
from umeta.ui.frame.text import plain
from umeta.ui.frame.titles import MAX_TITLE, clean_title
from umeta.wording import counted

_PATH = "umeta.own"
_GO_ON = "umeta.go on"


def take(path: str) -> None:
    """Look at a path from now on; called before the page is drawn."""
    st.session_state[_PATH] = path
    for key in ("own title", "own kind", "own fit", "own size", "own split"):
        st.session_state.pop(key, None)


def draw_candidate(home: Home) -> None:
    """Draw what was found at the path that was given: some images, how they will be read, the button, then all."""
    given = st.session_state.get(_PATH)
    if not given:
        return
    try:
        path = Path(opened_paths.whole(f"folder:{given}").partition(":")[2])
        st.markdown(f"##### {plain(path.name or path)}")
        if path.suffix.lower() == ".onnx":
            _draw_own_encoder(path, home)
        else:
            _draw_own_set(f"{draw_kind(path)}:{path}", home)
    except Stopped:
        return
    except UserError as error:
        st.error(plain(error), icon=":material/error:")
        st.button("Choose others", key="not own", on_click=take, args=("",))


def _draw_own_set(name: str, home: Home) -> None:
    missing = DATASETS.parse(name).whereabouts(home).missing
    if missing:
        raise UserError(missing)
    entry = opened_paths.entry_of(home, name)
    path = Path(name.partition(":")[2])
    reading = draw_reading(name, entry.reading if entry else {})
    method = DATASETS.parse({"name": name, **reading})
    if not name.startswith("folder:") or not _draw_look(path, reading):
        draw_found(state.load(method))  # before the button: a file of anything has a name that ends so
        _draw_use(name, entry, reading, home)
        return
    _draw_use(name, entry, reading, home)
    draw_found(state.load(method))


def _draw_use(name: str, entry: Entry | None, reading: Mapping[str, Any], home: Home) -> None:
    """Draw the field for the set's title, and the button that goes on with it."""
    path = Path(name.partition(":")[2])
    title = st.text_input(
        "Call it",
        value=entry.title if entry else clean_title(path.stem),
        key="own title",
        max_chars=MAX_TITLE,
    )
    with st.container(horizontal=True):
        st.button(
            "Use these images",
            type="primary",
            key="use own",
            on_click=_use,
            args=(home, name, title, reading),
        )
        st.button("Choose others", key="not own", on_click=take, args=("",))


def _draw_look(path: Path, reading: Mapping[str, Any]) -> bool:
    """Draw some of the images of a folder or zip before all of it is read; return whether there are any."""
    look = remember("first look", stamp_of(path), label="Looking at it", make=lambda _: look_at(path))
    st.markdown(f"**{counted(look.n_images, 'image')}** by their names.")
    draw_first_look(look, reading["size"], reading["fit"])
    return look.n_images > 0


def _draw_own_encoder(path: Path, home: Home) -> None:
    name = f"onnx:{path}"
    st.markdown("An encoder: it turns images into vectors. It can be chosen in the sidebar once it is used.")
    st.button(
        "Use this encoder", type="primary", key="use own", on_click=_use, args=(home, name, path.stem, None)
    )


def _use(home: Home, name: str, title: str, reading: Mapping[str, Any] | None) -> None:
    """Choose the set, or the encoder, in the sidebar, and go on to the map; called before the page is drawn."""
    is_new = opened_paths.entry_of(home, name) is None
    parameter = links.ENCODER if reading is None else links.DATASET
    opening.use(home, parameter, name, title=title, reading=reading)
    take("")
    st.session_state[_GO_ON] = True
    if not is_new and reading is not None:
        with problems():
            opened_paths.rename(home, name, title)


def go_on() -> None:
    """Go to the map, if the button was pressed that uses images of a person's own."""
    if st.session_state.pop(_GO_ON, False):
        st.switch_page(state.page("explore"), query_params=links.query({}))
