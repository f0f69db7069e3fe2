"""All numbers of the chart as a table."""

import streamlit as st

from umeta.results.paper import paper_columns
from umeta.results.tables import columns
from umeta.ui.results.result_set import ResultSet
from umeta.ui.shared.tables import draw_table


def draw_numbers(results: ResultSet) -> None:
    """Draw the table of all methods, and the paper's under it."""
    draw_table(columns(results.charted), key="rows")
    paper = paper_columns(results.compared[0])
    if paper:
        with st.expander(f"The paper's figures, {results.compared[0].setting}", icon=":material/menu_book:"):
            st.markdown(
                "Hsu, Levine, Finn, ICLR 2019, on **another split** and with the authors' encoders; only what could be "
                "read in print. MAML's are transductive."
            )
            draw_table(paper, key="paper rows")
