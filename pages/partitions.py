"""Two partitions of the same vectors side by side, and a section for each question about them."""

from functools import partial

import streamlit as st

from umeta.ui.frame import links
from umeta.ui.frame.errors import explained
from umeta.ui.frame.presenter import draw_in_turn, presented
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
    taught,
)

# Sections that fit on a screen as they are.
FOR_A_HALL = (
    "What do they follow?",
    "Are clusters pure?",
    "How stable are clusters?",
    "Is one partition enough?",
    "How much can tasks use?",
)

st.title("Partitions", anchor=False)
if not presented():
    st.markdown("A partition puts every image into one cluster; clusters stand in for classes in tasks.")
with explained():
    a, b, layout, task = sides.draw_controls()
    sections = {
        "How good is each?": lambda: report.draw_report(a, b, task),
        "Where do A and B differ?": lambda: overlap.draw_overlap(a, b),
        "What do they follow?": lambda: attributes.draw_attributes(a, b),
        "Are clusters pure?": lambda: audit.draw_audit(a, b, task),
        "How stable are clusters?": stability.draw_stability,
        "Which k teaches best?": taught.draw_taught,
        "Is one partition enough?": lambda: diversity.draw_diversity(a, b),
        "How much can tasks use?": lambda: settings_grid.draw_settings(a, b, task),
        "Take away": lambda: downloads.draw_downloads(a, b, layout, task),
    }
    if presented():
        agreements = report.agreements_of(a, b)
        draw_in_turn(
            {
                "A and B": lambda: linked_maps.draw_both(a, b, layout),
                "in numbers": lambda: report.draw_card(a, b, task),
                "cluster sizes": lambda: report.draw_sizes(a, b, task),
                **(
                    {
                        "true classes": lambda: report.draw_agreement_card(agreements),
                        "purity": lambda: report.draw_purities(a, b, agreements),
                    }
                    if agreements
                    else {}
                ),
                "where they differ": lambda: overlap.draw_matrix(a, b),
                "how alike": lambda: overlap.draw_scores(a, b),
                **{name: sections[name] for name in FOR_A_HALL},
                **{study: partial(taught.draw_study, study) for study in taught.filled_studies()},
            }
        )
        st.stop()
    linked_maps.draw_both(a, b, layout)
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
