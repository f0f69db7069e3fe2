"""What goes with the gain: correlations over all points, within encoders, and over each dial."""

import streamlit as st

from umeta.plane.associations import Correlation, associations
from umeta.ui.frame.text import plain
from umeta.ui.plane.shown_points import ShownPoints
from umeta.ui.shared.tables import draw_table


def draw_associations(shown: ShownPoints) -> None:
    """Draw the table of correlations, and what held fixed means."""
    found = associations(shown.points)
    if not found:
        st.info("Too few constructions are made yet to tell.", icon=":material/hourglass_empty:")
        return
    st.markdown(
        "Rank correlations (Spearman's ρ) of the gain with the **share of wrong pairs** and with the **number of "
        "different pairs**, with 95% intervals. With the encoder *held fixed*, its mean is taken off: then only how "
        "its tasks are made differs, not how good it is. An interval that holds 0 tells nothing."
    )
    draw_table(
        {
            "over": [plain(one.over) for one in found],
            "n": [one.noise.n for one in found],
            "gain and noise": [_text(one.noise) for one in found],
            "gain and diversity": [_text(one.diversity) for one in found],
        },
        key="plane associations",
    )
    st.caption(
        "n: independent values, so encoders held fixed count off. Intervals take the constructions for independent "
        "draws, which they are not quite: many share an embedding."
    )


def _text(value: Correlation) -> str:
    if value.rho != value.rho:
        return "–"
    return f"{value.rho:+.2f} [{value.low:+.2f}, {value.high:+.2f}]".replace("-", "−")
