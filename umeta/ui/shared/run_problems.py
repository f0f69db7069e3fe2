"""What of a run's files cannot be read, on the pages that show the run; of unchanged files nothing is read twice."""

from pathlib import Path

import streamlit as st

from umeta.runs import RunDirectory
from umeta.runs.inspection import problems
from umeta.ui.frame.text import plain


def draw_problems(run: RunDirectory, *, but: str = "") -> None:
    """Say what cannot be read and what to do, but for what the page says already; nothing where all is well."""
    lines = [line for line in _problems(str(run.path), _changed(run.path)) if line != but]
    if lines:
        listed = "\n".join(f"- {plain(line)}" for line in lines)
        st.warning(f"Not all files of this run can be read:\n{listed}", icon=":material/broken_image:")


@st.cache_resource(max_entries=1000, show_spinner=False)
def _problems(path: str, changed: tuple[int, int, int]) -> list[str]:
    return problems(RunDirectory(Path(path)))


def _changed(folder: Path) -> tuple[int, int, int]:
    """Return what tells the files of a folder from later ones: how many, how large, and when one was changed last."""
    count, size, latest = 0, 0, 0
    for file in folder.rglob("*"):
        try:
            stat = file.lstat()
        except OSError:
            continue
        count, size, latest = count + 1, size + stat.st_size, max(latest, stat.st_ctime_ns)
    return count, size, latest
