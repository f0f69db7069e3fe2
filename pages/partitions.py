"""Two partitions of the same vectors side by side, and a section for each question about them."""

import streamlit as st

from umeta.ui import state
from umeta.ui.links import announce_unknown
from umeta.ui.partitions import (
    audit,
    differ,
    follow,
    good,
    many,
    side_by_side,
    sides,
    steady,
    take_away,
    vary,
)

st.title("Partitions", anchor=False)
st.markdown("A partition puts every image into one cluster; clusters stand in for classes in tasks.")
with state.explained():
    a, b, projection, task = sides.controls()
    side_by_side.compare(a, b)
    chosen = side_by_side.draw_maps(a, b, projection)
    side_by_side.selection_gallery(a, b, projection, chosen)
    sections = {
        "How good is each?": lambda: good.draw_good(a, b, task),
        "Where do A and B differ?": lambda: differ.draw_differ(a, b),
        "What do they follow?": lambda: follow.draw_follow(a, b),
        "Are clusters pure?": lambda: audit.draw_audit(a, b, task),
        "How many clusters are there?": steady.draw_steady,
        "Is one partition enough?": lambda: many.draw_many(a, b),
        "What do other settings give?": lambda: vary.draw_vary(a, b, task),
        "Take away": lambda: take_away.draw_take_away(a, b, task),
    }
    announce_unknown("section", sections)
    asked = st.segmented_control(
        "Questions",
        list(sections),
        default=next(iter(sections)),
        required=True,
        wrap=True,
        key="section",
        bind="query-params",
        label_visibility="collapsed",
    )
    sections[asked or next(iter(sections))]()
