"""Which finished runs the Results page shows: those of the sidebar's data set, unless the link names others."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import streamlit as st

from umeta.demo import DEMO, MAML, RUN
from umeta.results.finished_run import FinishedRun
from umeta.runs import RunDirectory
from umeta.runs.run_list import list_facts
from umeta.stage import UserError
from umeta.ui.frame import links, state
from umeta.ui.frame.text import cut, plain
from umeta.ui.shared.finished_runs import finished_run
from umeta.ui.shared.run_problems import draw_problems

_SHOWN = "umeta.runs shown"
"""The sidebar's images at the last rerun of the page, and the names of the runs that it showed."""


def pick_runs() -> list[FinishedRun]:
    """Draw the choice among the runs of the sidebar's data set and those that the link names; say which they are."""
    directories, unreadable = finished_runs()
    linked = [name for name in links.RUN.read_all() if _is_here(name, directories)]
    here = [name for name, run in directories.items() if _images_of(run) == _images_selected()]
    if _were_left(linked):
        linked = []
        st.session_state.pop(links.RUN.key, None)
        links.RUN.remove()
    names = [*here, *(name for name in linked if name not in (*here, DEMO)), DEMO]
    chosen = st.multiselect(
        "Runs, newest first",
        names,
        default=names[:1],
        key=links.RUN.key,
        bind="query-params",
        placeholder="Choose one or several",
        wrap=True,
        help="The finished runs of the sidebar's data set, and the precomputed demo. Several runs are compared where "
        "they answered the same test tasks.",
    )
    for message in unreadable:
        st.warning(plain(message), icon=":material/broken_image:")
    chosen = chosen or names[:1]
    for name in chosen:
        if name in directories:
            draw_problems(directories[name])
    st.session_state[_SHOWN] = (_images_selected(), chosen)
    runs = [run for name in chosen for run in ([_load(directories[name])] if name in directories else demo())]
    return runs


def _is_here(name: str, directories: dict[str, RunDirectory]) -> bool:
    """Return whether a run that the link names can be shown; say so if it cannot."""
    if name in directories or name == DEMO:
        return True
    links.say(f"run={cut(name)!r} is not among the finished runs here.")
    return False


def _were_left(linked: list[str]) -> bool:
    """Return whether other images were chosen in the sidebar while these runs were shown: their own runs are due."""
    images, names = st.session_state.get(_SHOWN, (None, []))
    return images not in (None, _images_selected()) and set(linked) <= set(names)


def _images_selected() -> tuple[str, str]:
    return state.selection().dataset, state.selection().split


def _images_of(run: RunDirectory) -> tuple[str, str]:
    """Return the data set and the split of a run, "" for what cannot be read."""
    dataset = run.config_or_nothing().get("dataset")
    return _images_in(dataset if isinstance(dataset, dict) else {})


def _images_in(dataset: Mapping[str, Any]) -> tuple[str, str]:
    return str(dataset.get("name", "")), str(dataset.get("split", ""))


def say_which_images(runs: Sequence[FinishedRun]) -> None:
    """Say of which images results are, where those are not the sidebar's."""
    images = {_images_in(run.result.config["dataset"]) for run in runs} - {_images_selected()}
    if not images:
        return
    name, split = _images_selected()
    others = ", ".join(sorted(f"**{plain(_short(other))}** ({plain(split)})" for other, split in images))
    here = f"the sidebar has **{plain(_short(name))}** ({plain(split)})"
    if links.STUDY.read() or not all(run.precomputed for run in runs):
        text = f"These are results of {others}, as the link or your choice says; {here}."
    else:
        text = f"This is the precomputed demo, of {others}; {here}. Train starts a run on that."
    st.info(text, icon=":material/photo_library:")


def _short(name: str) -> str:
    """Return the name of a data set without the folders that it lies in."""
    return name.rstrip("/").rsplit("/", 1)[-1]


def finished_runs() -> tuple[dict[str, RunDirectory], list[str]]:
    """Return the directories of the finished runs here by id, the newest first, and why others cannot be read."""
    finished, unreadable = dict[str, RunDirectory](), list[str]()
    for facts in list_facts(state.home()):
        run = facts.run
        try:
            if facts.status.state == "finished" or run.read_result() is not None:
                finished[run.run_id] = run
        except UserError as error:
            unreadable.append(str(error))
    return finished, unreadable


def _load(run: RunDirectory) -> FinishedRun:
    return _found(finished_run(run), run.path)


def _found(run: FinishedRun | None, path: Path) -> FinishedRun:
    if run is None:
        raise UserError(f"{path} holds no result; it was removed while it was read. Open the page again.")
    return run


@st.cache_resource(show_spinner=False)
def demo() -> list[FinishedRun]:
    """Return the precomputed runs that come with umeta, of ProtoNets and of MAML on the same tasks."""
    return [_found(FinishedRun.of(RunDirectory(path), precomputed=True), path) for path in (RUN, MAML)]
