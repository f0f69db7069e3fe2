"""The settings of the launcher by the keys of a config: what fits a data set, or what an earlier run had, is put in."""

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from umeta.runs.fitting import Misfit
from umeta.ui.frame import links
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
    "dataset.name": links.DATASET.key,
    "encoder.name": links.ENCODER.key,
    "partition.name": links.PARTITION.key,
    "partition.n_clusters": links.N_CLUSTERS.key,
}
"""The controls of the page and of the sidebar, by the options that they set."""
LISTS = ("test.n_way", "test.n_shot")
"""Options that are typed as a list."""


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


def options_of(config: Mapping[str, Any]) -> dict[str, Any]:
    """Return the options of a stored config that have a control here."""
    options = {}
    for key in CONTROLS:
        section, _, option = key.partition(".")
        value = config.get(section)
        if option:
            value = value.get(option) if isinstance(value, Mapping) else None
        if value is not None:
            options[key] = value
    return options


def shown(value: Any) -> str:
    """Return a value as it is typed into a control."""
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
