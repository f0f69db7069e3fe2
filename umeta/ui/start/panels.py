"""The panels of Start and their words."""

import numpy as np
import streamlit as st

from umeta.figures.palette import PETROFF, hex_of
from umeta.projections import PROJECTIONS
from umeta.ui.frame import state
from umeta.ui.shared.demo import Demo, load_demo
from umeta.ui.shared.map import MapThumbnail, MapView, embedding_map
from umeta.ui.start.pictures import ROWS, bars, exam_rows, practice_rows, wall

MAP_HEIGHT = "clamp(320px, min(61vh, 115vw), 760px)"  # whole on a projector and on a phone
WALL = 60
OTHERS = (172, 178, 190)
"""What pales the clusters that are not of the task, on either theme."""


@st.cache_resource(max_entries=1, show_spinner=False)
def remembered_demo() -> Demo:
    """Return the bundled demo, read once."""
    return load_demo()


def tighten() -> None:
    """Take blank space away: the map is to be seen without scrolling."""
    st.html(
        "<style>.st-key-story .stVerticalBlock { gap: .6rem; }"
        ".st-key-story p { font-size: .875rem; line-height: 1.4; } .st-key-story h6 { padding: 0; }"
        # Streamlit pulls what follows a text upwards; beside a link that sets the heading off its middle
        ".st-key-story [data-testid=stMarkdownContainer]:has(h6) { margin: 0; }"
        ".st-key-story [data-testid=stPageLink] a { padding: 0 .25rem; min-height: 1.5rem; }</style>"
    )


def lead(demo: Demo) -> str:
    """Say in two sentences what there is to see."""
    learner = demo.accuracy("learner")
    return (
        "A computer sorts drawings by how alike they look, makes itself practice tasks from the piles, and then "
        f"learns **new** characters from **one** example each: **{100 * learner['accuracy']:.0f}%** right where "
        f"guessing gets {100 / learner['n_way']:.0f}%."
    )


def another_task(demo: Demo) -> int:
    """Draw the button and return the number of the task, which is in the URL."""
    count = len(demo.exams)
    asked = st.query_params.get("task", "1")
    number = (int(asked) - 1) % count if asked.isdecimal() else 0

    def move() -> None:
        st.query_params["task"] = str((number + 1) % count + 1)

    st.button(
        "Another task", icon=":material/shuffle:", type="primary", on_click=move, key="another", shortcut="n"
    )
    return number


def panel(number: int | None, title: str, page: str = "", words: str = "") -> None:
    """Head a panel, with a link to the page that goes further."""
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.markdown(f"###### {f':blue-badge[{number}] ' if number else ''}{title}", width="content")
        if page:
            link(page, words)


def link(page: str, words: str) -> None:
    """Link to a page."""
    st.page_link(state.page(page), label=words, icon=":material/arrow_forward:", width="content")


def draw_wall(demo: Demo, number: int) -> None:
    """Show drawings, those of the practice task among them."""
    rng = np.random.default_rng(number)
    task = demo.practice[number].ravel()
    others = rng.choice(np.setdiff1d(demo.points.items, task), WALL - len(task), replace=False)
    items = rng.permutation(np.concatenate([task, others]))
    st.html(wall(demo, items.tolist(), f"{WALL} of the drawings, in no order"))
    st.markdown(f"{len(demo.points):,} drawings; here are a few. No one has said what they are.")


def draw_map(demo: Demo, number: int, *, truth: bool) -> None:
    """Show the map: the practice task's five groups in the colours of its rows, all others pale."""
    groups = demo.classes[demo.points.items] if truth else demo.clusters
    ours = _groups_of(demo, groups, demo.practice[number][:, 0])
    colours = _pale(demo.class_colours if truth else demo.cluster_colours)
    bright = {int(group): PETROFF[k] for group, k in zip(ours, ROWS, strict=True)}
    for group, colour in bright.items():
        colours[groups == group] = colour
    word = "character" if truth else "cluster"
    sizes = dict(zip(*(found.tolist() for found in np.unique(groups, return_counts=True)), strict=True))
    typical = demo.practice[number][:, 0] if truth else demo.medoids
    heads = dict(zip(_groups_of(demo, groups, typical).tolist(), typical.tolist(), strict=True))
    view = MapView(
        colours=colours,
        point_size=0.55,
        groups=groups,
        group_texts={
            group: f"{word} {group}: {size} drawings" for group, size in sizes.items() if group >= 0
        },
        thumbnails=tuple(
            MapThumbnail(
                item,
                bright.get(group, OTHERS),
                rank=0.0 if group in bright else 1.0,
                group=group,
                above=group in bright,
            )
            for group, item in heads.items()
        ),
    )
    said = "true character (not seen in training)" if truth else "cluster"
    alt = f"{len(demo.points):,} drawings on a map, coloured by {said}; the five of the practice task are bright."
    st.markdown(
        "A network put alike drawings together; no names were used. Each point is a drawing: **point at one**. "
        + (
            "Bright: the five true characters of panel 3, not seen in training."
            if truth
            else "Bright: the five clusters of panel 3."
        )
    )
    embedding_map(demo.points, view, key="demo map", alt=alt, height=MAP_HEIGHT, tools=False)


def _groups_of(demo: Demo, groups: np.ndarray, items: np.ndarray) -> np.ndarray:
    return groups[np.searchsorted(demo.points.items, items)]


def _pale(colours: np.ndarray) -> np.ndarray:
    return np.rint(0.3 * colours + 0.7 * np.array(OTHERS)).astype(np.uint8)


def draw_practice(demo: Demo, number: int, *, truth: bool) -> None:
    """Show the practice task."""
    st.html(practice_rows(demo, demo.practice[number], truth=truth))
    if truth:
        truly = demo.classes[demo.practice[number]]
        same, total = int((truly[:, 1:] == truly[:, :1]).sum()), truly[:, 1:].size
        st.markdown(
            f"✗ is another character than the row's first. **{same} of {total}** are the same: "
            "practice may be wrong, and still the exam goes well."
        )
    else:
        st.markdown("Each row is a cluster: know its first, find the rest.")


def draw_exam(demo: Demo, number: int, *, truth: bool) -> None:
    """Show a test task as the trained learner solved it."""
    exam = demo.exams[number]
    st.html(exam_rows(demo, exam, demo.about["learner"], truth=truth))
    right, total = int(exam.right(demo.about["learner"]).sum()), exam.query.size
    plain, best = (int(exam.right(demo.about[name]).sum()) for name in ("baseline", "oracle"))
    st.markdown(
        f"New characters: beside each example, what the learner took for the same. **{right} of {total} right**; "
        f"without practice {plain}, practised with true labels {best}, by guessing {total // len(exam.support)}."
    )


def draw_results(demo: Demo) -> None:
    """Show the accuracies over all test tasks, on this map and on one of plain pixels."""
    practised, not_practised = hex_of(PETROFF[0]), "#b9ac70"
    shown = (
        ("Practised with true labels", "#717581", demo.accuracy("oracle")),
        ("This map: no practice, most alike wins", not_practised, demo.accuracy("baseline")),
        ("This map: practised on its clusters", practised, demo.accuracy("learner")),
        ("Plain pixels: no practice", not_practised, demo.accuracy("baseline", plain=True)),
        ("Plain pixels: practised on clusters", practised, demo.accuracy("learner", plain=True)),
    )
    row = demo.accuracy("learner")
    map_gain = demo.accuracy("baseline")["accuracy"] - demo.accuracy("baseline", plain=True)["accuracy"]
    st.html(
        bars(
            [(label, colour, one["accuracy"], one["ci95"]) for label, colour, one in shown], 1 / row["n_way"]
        )
    )
    st.markdown(
        "**Does the practice help?** Starting from plain pixels, yes: "
        f"**{_points(demo.gain(plain=True))}**. That is the idea of CACTUs. On this map, made by a network that had "
        f"already learned what alike means, it does not: **{_points(demo.gain())}**. The better map is worth more than "
        f"the practice: **{_points(map_gain)}**."
    )
    st.markdown(
        f"Right answers in the same {row['n_tasks']:,} exams of {row['n_way']} new characters with {row['n_shot']} "
        "example each; the thin line is the 95% interval."
    )


def _points(share: float) -> str:
    return f"{100 * share:+.0f} points".replace("-", "−")


def say_how(demo: Demo) -> None:
    """Say what was computed, and that it was computed beforehand."""
    config, row = demo.about["config"], demo.accuracy("learner")
    st.markdown(
        ":material/inventory_2: **Precomputed results**, shipped with the app: "
        f"{config['dataset']['n_classes']} invented characters × {config['dataset']['n_drawers']} drawers; SimCLR for "
        f"{config['encoder']['steps']} steps, or PCA for plain pixels; {config['partition']['n_clusters']} clusters by "
        f"k-means; ProtoNets for {config['learner']['iterations']} steps; seed {config['seed']} (one training, n = 1); "
        f"{row['n_tasks']:,} test tasks of {row['n_way']}-way {row['n_shot']}-shot. The map is "
        f"{PROJECTIONS[demo.about['projection']].title} of the SimCLR embedding; gaps and distances on it are partly "
        f"invented. {len(demo.exams)} of the tasks are shown here, the most typical first."
    )
    # What shows code and JSON is two megabytes of script, which the browser fetches only for those who ask.
    exact = st.expander("The exact config", icon=":material/code:", on_change="rerun")
    if exact.open:
        with exact:
            st.markdown("The same numbers come from")
            st.code(
                f"{demo.about['command']}\n{demo.about['plain_command']}", language="bash", wrap_lines=True
            )
            st.json(config, expanded=False)
