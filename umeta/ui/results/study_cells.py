"""The studies on the Results page, kept in memory until a cell changes.

Modules that need torch are imported when a study is opened: runs alone are shown without.
"""

import json
from typing import Any

import streamlit as st

from umeta.results.finished_run import FinishedRun
from umeta.ui.frame import state
from umeta.ui.frame.changed_files import changed_at


@st.cache_resource(max_entries=16, show_spinner=False)
def load(name: str, budget: str) -> Any:
    """Return a `Study` that comes with umeta."""
    from umeta.studies.study import load_study

    return load_study(name, budget)


def cells_of(study: Any) -> list[FinishedRun]:
    """Return the finished cells of a study, read anew only where a file has changed."""
    return _read_cells(study.name, study.budget, _stamps(study))


def findings_of(study: Any) -> list[Any]:
    """Return what the finished cells say of the study's claims, as `Finding`s."""
    return _findings(study.name, study.budget, _stamps(study))


def draw_where(study: Any) -> None:
    """Draw where the cells run that an engine was handed and that are not finished yet."""
    from umeta.studies.placement import place_cells
    from umeta.ui.shared.cell_places import draw_places

    draw_places(study, place_cells(study, state.home()), key="places")


def _stamps(study: Any) -> str:
    """Return what changes whenever a cell of a study is finished."""
    from umeta.studies.cells import directory_of

    files = [directory_of(cell, state.home()).result_file for cell in study.cells]
    files += sorted(study.shipped.glob("*.json"))
    return json.dumps([(str(file), changed) for file in files if (changed := changed_at(file))])


@st.cache_resource(max_entries=4, show_spinner="Reading the study's cells …")
def _read_cells(name: str, budget: str, stamps: str) -> list[FinishedRun]:
    from umeta.results.study_rows import finished_cell

    study = load(name, budget)
    runs = [finished_cell(study, cell, state.home()) for cell in study.cells]
    return [run for run in runs if run is not None]


@st.cache_resource(max_entries=8, show_spinner="Comparing …")
def _findings(name: str, budget: str, stamps: str) -> list[Any]:
    from umeta.results.claims import findings

    return list(findings(load(name, budget), state.home()))
