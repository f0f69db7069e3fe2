"""Where the cells of a study are that were handed to an engine: how many in which state, and a table of them."""

from collections.abc import Sequence

import streamlit as st

from umeta.studies.cells import ENDED
from umeta.studies.placement import PlacedCell, counts_of
from umeta.studies.study import Study
from umeta.studies.submission import ENDED_BADLY
from umeta.ui.frame.text import code
from umeta.wording import counted


def unfinished_on_engines(placed: Sequence[PlacedCell]) -> list[PlacedCell]:
    """Return the cells that an engine was handed and that are not finished."""
    return [one for one in placed if one.task is not None and one.state not in ENDED]


def counts_in_words(placed: Sequence[PlacedCell]) -> str:
    """Return how many cells are in each state: "2 running, 9 queued"."""
    return ", ".join(f"{count:,} {state}" for state, count in counts_of(placed).items())


def draw_places(study: Study, placed: Sequence[PlacedCell], *, key: str) -> None:
    """Draw where each unfinished cell is, folded away; nothing where no engine has any."""
    shown = unfinished_on_engines(placed)
    if not shown:
        return
    with st.expander(f"Where cells run: {counts_in_words(shown)}", icon=":material/lan:"):
        table = {
            "state": [one.state for one in shown],
            "where": [one.place for one in shown],
            "cell": [" · ".join((*study.names_of(one.cell), f"seed {one.cell.seed}")) for one in shown],
            "message": [one.message for one in shown],
        }
        st.dataframe(table, hide_index=True, key=key)
    again = [one for one in shown if one.state in ENDED_BADLY]
    if again:
        on = again[-1].task.batch.record.engine if again[-1].task else ""
        command = f"umeta study {study.name} --budget {study.budget} --on {on} --resubmit"
        st.markdown(f":material/replay: To submit {counted(len(again), 'cell')} again: {code(command)}")
