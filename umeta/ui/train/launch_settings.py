"""The settings of the launcher by the keys of a config: what fits a data set, or what an earlier run had, is put in."""

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from umeta.baselines import BASELINES
from umeta.cache import Home
from umeta.data import datasets_at_hand
from umeta.encoders import ENCODERS
from umeta.runs.fitting import Misfit
from umeta.ui.frame import links, opened_paths, opening, sidebar
from umeta.ui.frame.opened_entry import KINDS
from umeta.ui.frame.text import plain
from umeta.wording import counted

CONTROLS = {
    "learner.name": "learner",
    "learner.iterations": "iterations",
    "budget": "launch budget",
    "task.n_way": "practice n_way",
    "task.n_shot": "practice n_shot",
    "test.n_way": "test n_way",
    "test.n_shot": "test n_shot",
    "test.n_tasks": "n_tasks",
    "seed": "seed",
    "oracle": "oracle",
    "baselines": "baselines",
    "dataset.name": links.DATASET.key,
    "encoder.name": links.ENCODER.key,
    "partition.name": links.PARTITION.key,
    "partition.n_clusters": links.N_CLUSTERS.key,
}
"""The controls of the page and of the sidebar, by the options that they set."""
LISTS = ("test.n_way", "test.n_shot")
"""Options that are typed as a list."""
IN_THE_SIDEBAR = {"dataset.name": "images", "encoder.name": "encoder"}
"""Options that may name what is not here, and what the sidebar then keeps."""


def draw_misfits(misfits: Sequence[Misfit], title: str) -> None:
    """Say what a config asks of a data set in vain, each with a button that sets what fits."""
    mended = {
        misfit.key: misfit.fits for misfit in misfits if misfit.key in CONTROLS and misfit.fits is not None
    }
    with st.container(border=True):
        asks = "asks" if len(misfits) == 1 else "ask"
        st.markdown(
            f":orange[:material/warning:] **{counted(len(misfits), 'setting')} {asks} more than {plain(title)} has.**"
        )
        for misfit in misfits:
            with st.container(horizontal=True, vertical_alignment="center"):
                st.markdown(f"**{plain(f'{misfit.key} = {shown(misfit.value)}')}**: {plain(misfit.reason)}.")
                if misfit.key in mended:
                    st.button(
                        f"Use {plain(shown(misfit.fits))}",
                        key=f"fit {misfit.key}",
                        on_click=set_options,
                        args=({misfit.key: misfit.fits},),
                    )
        if len(mended) > 1:
            st.button("Use all that fit", key="fit all", type="primary", on_click=set_options, args=(mended,))


def set_options(options: Mapping[str, Any]) -> None:
    """Set controls by the keys of a config; called before the page is drawn."""
    for key, value in options.items():
        st.session_state[CONTROLS[key]] = shown(value) if key in LISTS else value


def take_settings(config: Mapping[str, Any], home: Home) -> None:
    """Set the controls to what an earlier run had; called before the page is drawn.

    The sidebar keeps its images or its encoder where those of the run are not here, and that is said.
    """
    options = options_of(config)
    for key, kept in IN_THE_SIDEBAR.items():
        if key in options and not _is_offered(options[key], home):
            st.toast(
                f"{plain(options.pop(key))} is not here: the sidebar keeps its {kept}.",
                icon=":material/link_off:",
            )
    if "dataset.name" in options:
        opening.read_as(config["dataset"])
    if "encoder.name" in options:
        sidebar.keep_encoder()
    set_options(options)


def _is_offered(name: str, home: Home) -> bool:
    """Return whether the sidebar offers a data set or an encoder of a name."""
    if name.partition(":")[0] in KINDS:
        return name in opened_paths.opened(home)
    at_hand = [dataset.name for dataset in datasets_at_hand(home) if dataset.available]
    return name in (*at_hand, *ENCODERS.methods)


def options_of(config: Mapping[str, Any]) -> dict[str, Any]:
    """Return the options of a stored config that have a control here."""
    options: dict[str, Any] = {"partition.n_clusters": None}  # automatic, where the config has no number
    for key in CONTROLS:
        section, _, option = key.partition(".")
        value = config.get(section)
        if option:
            value = value.get(option) if isinstance(value, Mapping) else None
        if key == "baselines" and value is not None:
            value = [baseline["name"] for baseline in value if baseline["name"] in BASELINES.methods]
        if value is not None:
            options[key] = value
    return options


def shown(value: Any) -> str:
    """Return a value as it is typed into a control."""
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
