"""Two partitions of the same vectors side by side, and a section for each question about them."""

import streamlit as st

from umeta.ui.frame import links
from umeta.ui.frame.errors import explained
from umeta.ui.partitions import (
    attributes,
    audit,
    diversity,
    downloads,
    linked_maps,
    overlap,
    report,
    settings_grid,
    sides,
    stability,
)

st.title("Partitions", anchor=False)
st.markdown("A partition puts every image into one cluster; clusters stand in for classes in tasks.")
with explained():
    a, b, layout, task = sides.draw_controls()
    linked_maps.draw_similarity(a, b)
    selections = linked_maps.draw_maps(a, b, layout)
    linked_maps.draw_selection(a, b, layout, selections)
    sections = {
        "How good is each?": lambda: report.draw_report(a, b, task),
        "Where do A and B differ?": lambda: overlap.draw_overlap(a, b),
        "What do they follow?": lambda: attributes.draw_attributes(a, b),
        "Are clusters pure?": lambda: audit.draw_audit(a, b, task),
        "How stable are clusters?": stability.draw_stability,
        "Is one partition enough?": lambda: diversity.draw_diversity(a, b),
        "How much can tasks use?": lambda: settings_grid.draw_settings(a, b, task),
        "Take away": lambda: downloads.draw_downloads(a, b, task),
    }
    links.announce_unknown(links.SECTION, sections)
    section = st.segmented_control(
        "Questions",
        list(sections),
        default=next(iter(sections)),
        required=True,
        wrap=True,
        key=links.SECTION.key,
        bind="query-params",
        label_visibility="collapsed",
    )
    sections[section or next(iter(sections))]()
