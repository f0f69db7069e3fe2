"""How much can tasks use? Cluster sizes in small over the number of clusters, partitions, scaling, margin."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import streamlit as st

from umeta.cache import Arrays
from umeta.figures.size_multiples import size_multiples
from umeta.partitions.report import class_agreement
from umeta.partitions.variations import Panels, variations
from umeta.stage import OnStep, Step, UserError
from umeta.tasks import TaskConfig
from umeta.ui.frame import links, state
from umeta.ui.frame.memory import remember
from umeta.ui.frame.presenter import presented
from umeta.ui.frame.text import plain
from umeta.ui.partitions.cells import embedding_cell
from umeta.ui.partitions.sides import Side, pick_side
from umeta.ui.shared.charts import draw_chart
from umeta.ui.shared.fact_table import two_digits
from umeta.ui.shared.notebook_cell import partitions_text
from umeta.ui.shared.on_demand import on_demand
from umeta.ui.shared.reveal import not_seen_badge
from umeta.ui.shared.tables import draw_table
from umeta.wording import counted

VERSION = 1
_IMPORTS = "from umeta.figures.size_multiples import size_multiples\n"


def draw_settings(a: Side, b: Side, task: TaskConfig) -> None:
    """Draw the cluster sizes that one setting's values give, others unchanged."""
    st.markdown(
        "One setting changes, everything else stays. Each panel shows the clusters from the largest to the smallest; "
        "those with fewer images than a task needs are lost."
    )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        side = pick_side(a, b)
        by_option = variations(side.method, len(state.items()))
        if not by_option:
            st.info(f"{plain(side.method.name)} has nothing to vary.", icon=":material/info:")
            return
        option = st.segmented_control(
            "Vary",
            list(by_option),
            default=next(iter(by_option)),
            required=True,
            key=links.VARY.of(side.method.name).key,  # strategies do not have the same choices
            bind="query-params",
        )
    panels = by_option[option or next(iter(by_option))]
    arrays = on_demand(
        "size multiples",
        {
            "panels": {name: [method.made_from(), number] for name, (method, number) in panels.items()},
            "version": VERSION,
        },
        "Clustering",
        lambda on_step: _cluster_sizes(panels, on_step),
    )
    if arrays is None:
        return
    sizes = {name: arrays[f"sizes {row}"] for row, name in enumerate(panels)}
    filled = {name: values for name, values in sizes.items() if len(values)}
    if lost := [name for name in sizes if name not in filled]:
        st.info(f"No clusters are left with {plain(', '.join(lost))}.", icon=":material/info:")
    if filled:
        st.markdown(settings_text(filled, task.items_per_class))
        code = _code({name: panels[name] for name in filled}, task.items_per_class)
        draw_chart(size_multiples(filled, task.items_per_class), key="multiples", code=code, picture="svg")
    if side.revealed and not presented() and state.dataset().n_labelled("meta_train"):
        _draw_agreements(panels)


def _draw_agreements(panels: Panels) -> None:
    """Draw how each panel's partition agrees with the true classes."""
    classes = state.dataset().classes.values
    rows: dict[str, list[Any]] = {"setting": [], "purity %": [], "NMI": [], "ARI": [], "classes covered": []}
    for name, (method, number) in panels.items():
        try:
            partition = state.partitions(method)[number]
        except UserError:
            continue
        agreement = remember(
            "agreement",
            state.embedding(),
            method,
            number,
            state.classes_key(),
            state.selection().split,
            label=f"Judging {name}",
            make=lambda _, clusters=partition.clusters: class_agreement(clusters, classes),
        )
        scores = (100 * agreement.purity, agreement.nmi, agreement.ari)
        for key, value in zip(rows, (name, *map(two_digits, scores), agreement.classes_covered), strict=True):
            rows[key].append(value)
    not_seen_badge()
    draw_table(rows, key="multiples agreement")


def settings_text(sizes: Mapping[str, np.ndarray], min_size: int) -> str:
    """Return which setting gives tasks the most clusters, and which loses the fewest images of those in clusters."""
    usable = {name: int((values >= min_size).sum()) for name, values in sizes.items()}
    kept_share = {name: values[values >= min_size].sum() / values.sum() for name, values in sizes.items()}
    most, fullest = (
        max(usable, key=lambda name: usable[name]),
        max(kept_share, key=lambda name: kept_share[name]),
    )
    return (
        f"Tasks have the most clusters to draw from with **{plain(most)}**: {usable[most]:,} of "
        f"{len(sizes[most]):,} hold {counted(min_size, 'image')}, and {kept_share[most]:.0%} of the clustered "
        "images are in them"
        + (f"; with **{plain(fullest)}** {kept_share[fullest]:.0%} are." if fullest != most else ".")
        + " That is how much tasks can use, not how well they teach."
    )


def _code(panels: Panels, min_size: int) -> str:
    """Return a cell that draws the panels."""
    lines = "".join(
        f"    {name!r}: {partitions_text(method)}[{number}].sizes()[1],\n"
        for name, (method, number) in panels.items()
    )
    return embedding_cell(_IMPORTS, f"sizes = {{\n{lines}}}\nsize_multiples(sizes, {min_size}).figure")


def _cluster_sizes(panels: Panels, on_step: OnStep) -> Arrays:
    """Return the sizes of each panel's clusters, none where the strategy leaves no cluster."""
    arrays: Arrays = {}
    for row, (name, (method, number)) in enumerate(panels.items()):
        on_step(Step("partition", row, len(panels), note=name))
        try:
            sizes = state.partitions(method)[number].sizes()[1]
        except UserError:
            sizes = np.zeros(0, np.int64)
        arrays[f"sizes {row}"] = sizes
    return arrays
