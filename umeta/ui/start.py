"""The panels of Start and their words."""

import numpy as np
import streamlit as st

from umeta.figures.palette import PETROFF, hex_of
from umeta.ui import state
from umeta.ui.demo import Demo, load_demo
from umeta.ui.demo.panels import ROWS, bars, exam_rows, practice_rows, wall
from umeta.ui.map import MapRing, MapThumbnail, MapView, embedding_map

MAP_HEIGHT = 610
WALL = 48


@st.cache_resource(max_entries=1, show_spinner=False)
def remembered_demo() -> Demo:
    """Return the bundled demo, read once."""
    return load_demo()


def tighten() -> None:
    """Take blank space away: the map is to be seen without scrolling."""
    st.html(
        "<style>.stMainBlockContainer { padding-top: 4.4rem; }"
        ".stMainBlockContainer h1 { font-size: 2rem; padding: 0; }"
        ".st-key-story p { font-size: .875rem; line-height: 1.4; } .st-key-story h6 { padding: 0 0 .15rem; }"
        ".st-key-story [data-testid=stHeadingWithActionElements] { margin: 0; }"
        ".st-key-story [data-testid=stPageLink] a { padding: 0 .25rem; min-height: 1.5rem; }</style>"
    )


def lead(demo: Demo) -> str:
    """Say in two sentences what there is to see."""
    learner, chance = demo.accuracy(demo.about["learner"]), 1 / demo.accuracy(demo.about["learner"])["n_way"]
    return (
        "A computer sorts drawings by how alike they look, makes itself practice tasks from the piles, and then "
        f"learns **new** characters from **one** example each: **{100 * learner['accuracy']:.0f} %** right where "
        f"guessing gets {100 * chance:.0f} %."
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
    st.markdown(f"{len(demo.points):,} drawings; here are {WALL}. No one has said what they are.")


def draw_map(demo: Demo, number: int, *, truth: bool) -> None:
    """Show the map: the practice task's five groups in the colours of its rows, all others pale."""
    groups = demo.classes[demo.points.items] if truth else demo.clusters
    ours = _groups_of(demo, groups, demo.practice[number][:, 0])
    colours = _pale(demo.class_colours if truth else demo.cluster_colours)
    for group, k in zip(ours, ROWS, strict=True):
        colours[groups == group] = PETROFF[k]
    word = "character" if truth else "cluster"
    sizes = dict(zip(*(found.tolist() for found in np.unique(groups, return_counts=True)), strict=True))
    heads = (
        dict(zip(_groups_of(demo, groups, demo.medoids).tolist(), demo.medoids.tolist(), strict=True))
        if not truth
        else {}
    )
    heads |= dict(zip(ours.tolist(), demo.practice[number][:, 0].tolist(), strict=True))
    view = MapView(
        colours=colours,
        point_size=0.9,
        groups=groups,
        group_texts={
            group: f"{word} {group}: {size} drawings" for group, size in sizes.items() if group >= 0
        },
        thumbnails=tuple(
            MapThumbnail(item, _at(demo, colours, item), rank=0.0 if group in ours else 1.0, group=group)
            for group, item in heads.items()
        ),
        rings=tuple(
            MapRing(tuple(items.tolist()), PETROFF[k])
            for items, k in zip(demo.practice[number], ROWS, strict=True)
        ),
    )
    said = "true character (not seen in training)" if truth else "cluster"
    alt = (
        f"{len(demo.points):,} drawings on a map, coloured by {said}; those of the practice task are ringed."
    )
    embedding_map(demo.points, view, key="demo map", alt=alt, height=MAP_HEIGHT, tools=False)
    st.markdown(
        "Each point is a drawing: **point at one**. Bright are "
        + (
            "the five true characters of the examples."
            if truth
            else "five clusters, the practice of panel 3."
        )
    )


def _groups_of(demo: Demo, groups: np.ndarray, items: np.ndarray) -> np.ndarray:
    return groups[np.searchsorted(demo.points.items, items)]


def _at(demo: Demo, colours: np.ndarray, item: int) -> tuple[int, int, int]:
    red, green, blue = colours[np.searchsorted(demo.points.items, item)].tolist()
    return red, green, blue


def _pale(colours: np.ndarray) -> np.ndarray:
    return np.rint(0.35 * colours + 0.65 * np.array((172, 178, 190))).astype(np.uint8)


def draw_practice(demo: Demo, number: int, *, truth: bool) -> None:
    """Show the practice task."""
    st.html(practice_rows(demo, demo.practice[number], truth=truth))
    if truth:
        truly = demo.classes[demo.practice[number]]
        same, total = int((truly[:, 1:] == truly[:, :1]).sum()), truly[:, 1:].size
        st.markdown(
            f"✗ is another character than the row's first. Only **{same} of {total}** are the same: "
            "practice may be wrong, and still it helps."
        )
    else:
        st.markdown("Five clusters play five characters: know the first of each row, find the rest.")


def draw_exam(demo: Demo, number: int, *, truth: bool) -> None:
    """Show a test task as the trained learner solved it."""
    exam = demo.exams[number]
    st.html(exam_rows(demo, exam, demo.about["learner"], truth=truth))
    right, total = int(exam.right(demo.about["learner"]).sum()), exam.query.size
    plain, best = (int(exam.right(demo.about[name]).sum()) for name in ("baseline", "oracle"))
    st.markdown(
        f"New characters: beside each example, what the learner took for the same. **{right} of {total} right**; "
        f"by looks alone {plain}, after practice with true labels {best}, by guessing {total // len(exam.support)}."
    )


def draw_results(demo: Demo) -> None:
    """Show the accuracies over all test tasks."""
    names = {
        "oracle": ("Practised with true labels", "#717581"),
        "learner": ("Practised on clusters, no labels", hex_of(PETROFF[0])),
        "baseline": ("No practice: most alike wins", "#b9ac70"),
    }
    rows = []
    for key, (label, colour) in names.items():
        row = demo.accuracy(demo.about[key])
        rows.append((label, colour, row["accuracy"], row["ci95"]))
    row = demo.accuracy(demo.about["learner"])
    st.html(bars(rows, 1 / row["n_way"]))
    st.markdown(
        f"Right answers in {row['n_tasks']:,} exams of {row['n_way']} new characters with {row['n_shot']} example "
        "each, the same exams for all; the thin line is the 95 % interval. Practice on clusters beats the very looks "
        "that the clusters were made from: that is the idea of CACTUs."
    )


def say_how(demo: Demo) -> None:
    """Say what was computed, and that it was computed beforehand."""
    config, row = demo.about["config"], demo.accuracy(demo.about["learner"])
    st.markdown(
        ":material/inventory_2: **Precomputed results**, shipped with the app: "
        f"{config['dataset']['n_classes']} invented characters × {config['dataset']['n_drawers']} drawers, PCA, "
        f"{demo.about['n_clusters']} clusters by k-means, ProtoNets for {config['learner']['iterations']} steps, seed "
        f"{config['seed']} (one training, n = 1), {row['n_tasks']:,} test tasks of {row['n_way']}-way "
        f"{row['n_shot']}-shot. The map is UMAP of the PCA embedding. {len(demo.exams)} of the tasks are shown here, "
        "the most typical first."
    )
    with st.expander("The exact config", icon=":material/code:"):
        st.markdown("The same numbers come from")
        st.code(demo.about["command"], language="bash", wrap_lines=True)
        st.json(config, expanded=False)
