"""The answer in a sentence, and the plane itself."""

import streamlit as st

from umeta.figures.plane import OwnPoint, task_plane
from umeta.plane.associations import associations, sentence
from umeta.ui.frame import state
from umeta.ui.frame.text import code
from umeta.ui.plane.hovered_task import deal_on_hover
from umeta.ui.plane.shown_points import ShownPoints, draw_pins
from umeta.ui.shared.charts import plot
from umeta.ui.shared.notebook_cell import draw_code
from umeta.ui.shared.reveal import not_seen_badge
from umeta.ui.shared.tables import draw_folded_table, draw_table

OWN = "umeta.own point"
"""Where the session keeps a person's own point, with the selection that it is of."""
_CODE = """\
from umeta.figures.plane import OwnPoint, task_plane
from umeta.plane.points import load_plane

points = load_plane().of({study!r})
by_name = {{point.name: point for point in points}}
pinned = {{letter: by_name[name] for letter, name in {pinned}.items()}}
task_plane(points, pinned, {own}).figure
"""


def draw_answer(shown: ShownPoints) -> None:
    """Draw what goes with the gain over all points and with the encoder held fixed, and what is not made yet."""
    found = associations(shown.points)[:2]
    if found:
        st.markdown(
            "**Does low noise or high diversity predict the gain?** "
            + " ".join(map(sentence, found)).replace("-", "−")
        )
    n_settings = shown.plane.n_settings.get(shown.study, len(shown.points))
    if len(shown.points) < n_settings:
        st.markdown(
            f"{len(shown.points)} of {n_settings} constructions are made; the others are by "
            f"{code(f'umeta study {shown.study}')}, then {code('umeta plane')}."
        )


def draw_plane(shown: ShownPoints) -> None:
    """Draw the plane; a click pins a mark."""
    chart = task_plane(shown.points, shown.pinned(), own_point())
    plot(chart, key="plane chart", picture="svg", on_click=lambda custom: shown.pin(custom[1]))
    deal_on_hover(shown.points, "plane chart")
    draw_pins(shown)
    not_seen_badge()
    st.caption(
        "Gain: points by which ProtoNets, trained shortly on these tasks (three trainings), answer more of the same "
        "1,000 test tasks than the best baseline on the embedding that the tasks were made from. What uses no "
        "embedding stands beside the best baseline on PCA. Different pairs: so many support–query pairs, drawn "
        "equally often, would repeat as often as these do. Each step to the right has ten times fewer right "
        "pairs. Dotted: true classes with more and more noise."
    )
    draw_folded_table(lambda: draw_table(chart.table, key="plane table"), key="plane chart")
    pinned = {letter: point.name for letter, point in shown.pinned().items()}
    draw_code(_CODE.format(study=shown.study, pinned=pinned, own=own_point()), key="plane chart")


def own_point() -> OwnPoint | None:
    """Return the point of the sidebar's choice, once it was measured."""
    kept = st.session_state.get(OWN)
    return kept[1] if kept and kept[0] == state.selection() else None
