"""The noise dial: a task of true classes goes wrong step by step, and the accuracy with it."""

import streamlit as st

from umeta.figures.plane_curves import noise_curves
from umeta.plane.points import Point, dial_paths
from umeta.ui.frame import links
from umeta.ui.plane.example_task import draw_example, pick_example
from umeta.ui.plane.shown_points import ShownPoints
from umeta.ui.shared.charts import draw_chart

FORMS = {"image by image": "random", "in pieces": "clustered"}
_CODE = """\
from umeta.figures.plane_curves import noise_curves
from umeta.plane.points import load_plane

noise_curves(load_plane().of({study!r}), {level}, {form!r}).figure
"""


def draw_noise_dial(shown: ShownPoints) -> None:
    """Draw the dial, a task of true classes with so much noise, and the accuracies of training on such tasks."""
    paths = dial_paths(shown.points)
    forms = {name: form for name, form in FORMS.items() if form in paths}
    if not forms:
        st.info(
            "The trainings on true classes with noise are not made yet.", icon=":material/hourglass_empty:"
        )
        return
    point, form = _turn(paths, forms)
    left, right = st.columns([3, 2], gap="large")
    with left:
        number = pick_example(point)
        draw_example(point, number)
        st.caption(
            "The same task at every stop: an image whose class was exchanged gives way to one that came for it. ✗: "
            "not of its row's class. In pieces, images near each other go wrong together, as they do in clusters."
        )
    with right:
        none = paths[form][0]
        change = 100 * (point.accuracy - none.accuracy)
        st.metric(
            "Test tasks answered right",
            f"{100 * point.accuracy:.1f}%",
            delta=f"{change:+.1f} points by the noise" if point is not none else None,
            delta_color="off",
        )
        st.markdown(f"{point.noise:.1%} of the support–query pairs are wrong. Three trainings at every stop.")
        level = point.dials.get("noise", 0.0)
        code = _CODE.format(study=shown.study, level=level, form=form)
        draw_chart(noise_curves(shown.points, level, form), key="noise curves", code=code, picture="svg")


def _turn(paths: dict[str, list[Point]], forms: dict[str, str]) -> tuple[Point, str]:
    """Draw the dial and its form, and return the point that it is at, and the form."""
    links.announce_unknown(links.DIAL_FORM, forms)
    left, right = st.columns([1, 3], gap="large")
    name = left.segmented_control(
        "Errors come",
        list(forms),
        default=next(iter(forms)),
        required=True,
        key=links.DIAL_FORM.key,
        bind="query-params",
    )
    form = forms[name or next(iter(forms))]
    stops = {round(100 * point.dials.get("noise", 0.0)): point for point in paths[form]}
    links.announce_unknown(links.DIAL, [str(stop) for stop in stops])
    if st.session_state.get(links.DIAL.key) not in stops:  # the forms have stops of their own
        st.session_state.pop(links.DIAL.key, None)
    stop = right.select_slider(
        "Images that exchange their class, %",
        list(stops),
        value=next(iter(stops)),
        key=links.DIAL.key,
        bind="query-params",
    )
    return stops[stop], form
