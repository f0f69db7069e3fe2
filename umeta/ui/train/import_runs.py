"""Runs that were exported elsewhere, taken over from a zip."""

import tempfile
from pathlib import Path

import streamlit as st

from umeta.cache import Home
from umeta.results.archive.reading import import_archive
from umeta.ui.frame import access
from umeta.ui.frame.text import code, plain
from umeta.ui.train.run_actions import act
from umeta.wording import counted

_BROUGHT = "umeta.imported runs"
"""What the last import of this session brought, in Markdown."""


def draw_import(home: Home) -> None:
    """Draw where a zip can be dropped, folded away, and what the last one brought."""
    if brought := st.session_state.pop(_BROUGHT, ""):
        st.success(brought, icon=":material/check_circle:")
    if not access.is_full():
        return
    with st.expander("Import runs", icon=":material/drive_folder_upload:"):
        given = st.file_uploader(
            "A zip of runs",
            type="zip",
            key="import runs",
            help="As *Take away* on Results, or `umeta export RUN --to FILE.zip`, writes it.",
        )
        if given is not None and st.button("Import", icon=":material/check:", key="import"):
            act(lambda: _take_over(given.name, given.getbuffer(), home), asks_for="Importing runs")


def _take_over(name: str, data: memoryview, home: Home) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / Path(name).name
        file.write_bytes(data)
        brought = import_archive(file, home)
    lines = [f"{counted(len(brought.runs), 'run')} imported."]
    lines += [f"{plain(run_id)} is left out: {plain(reason)}." for run_id, reason in brought.left_out.items()]
    if brought.study is not None:
        lines.append(f"They are of a study: {code(f'umeta study {brought.study}')}")
    st.session_state[_BROUGHT] = "  \n".join(lines)
