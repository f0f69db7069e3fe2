"""What would other settings give? Cluster sizes in small over the number of clusters, partitions, scaling, margin."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import streamlit as st

from umeta.cache import Arrays
from umeta.figures.size_multiples import size_multiples
from umeta.partitions.report import class_agreement
from umeta.partitions.strategy import default_n_clusters
from umeta.stage import OnStep, Step, UserError
from umeta.tasks import TaskConfig
from umeta.ui.frame import links, state
from umeta.ui.frame.memory import remember
from umeta.ui.partitions.on_demand import on_demand
from umeta.ui.partitions.sides import Side, pick_side
from umeta.ui.shared.charts import draw_chart
from umeta.ui.shared.fact_table import two_digits
from umeta.ui.shared.reveal import not_seen_badge
from umeta.ui.shared.tables import draw_table

FACTORS = (0.125, 0.25, 0.5, 1, 2, 4)
MARGINS = (0.0, 0.2, 0.4, 0.8, 1.2, 1.6)
PANELS = 6
VERSION = 1


def draw_vary(a: Side, b: Side, task: TaskConfig) -> None:
    """Draw the cluster sizes that one setting's values give, others unchanged."""
    st.markdown(
        "One setting changes, everything else stays. Each panel shows the clusters from the largest to the smallest; "
        "those with fewer images than a task needs are lost."
    )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        side = pick_side(a, b)
        choices = settings(side.method, len(state.items()))
        if not choices:
            st.info(f"{side.method.name} has nothing to vary.", icon=":material/info:")
            return
        vary = st.segmented_control(
            "Vary",
            list(choices),
            default=next(iter(choices)),
            required=True,
            key=links.VARY.of(side.method.name).key,  # strategies do not have the same choices
            bind="query-params",
        )
    methods = choices[vary or next(iter(choices))]
    found = on_demand(
        "size multiples",
        {
            "panels": {name: [one.made_from(), number] for name, (one, number) in methods.items()},
            "version": VERSION,
        },
        "Clustering",
        lambda on_step: _clustered(methods, on_step),
    )
    if found is None:
        return
    sizes = {name: found[f"sizes {row}"] for row, name in enumerate(methods)}
    made = {name: values for name, values in sizes.items() if len(values)}
    if lost := [name for name in sizes if name not in made]:
        st.info(f"No clusters are left with {', '.join(lost)}.", icon=":material/info:")
    if made:
        st.markdown(vary_in_words(made, task.items_per_class))
        draw_chart(size_multiples(made, task.items_per_class), key="multiples", picture="svg")
    if side.revealed:
        _agreements(methods)


def _agreements(methods: Mapping[str, tuple[Any, int]]) -> None:
    """Draw how each panel's partition agrees with the true classes."""
    classes = state.dataset().classes.values
    rows: dict[str, list[Any]] = {"setting": [], "purity %": [], "NMI": [], "ARI": [], "classes covered": []}
    for name, (method, number) in methods.items():
        try:
            partition = state.partitions(method)[number]
        except UserError:
            continue
        agreement = remember(
            "agreement",
            state.embedding(),
            method,
            number,
            state.selection().split,
            label=f"Judging {name}",
            make=lambda _, clusters=partition.clusters: class_agreement(clusters, classes),
        )
        scores = (100 * agreement.purity, agreement.nmi, agreement.ari)
        for key, value in zip(rows, (name, *map(two_digits, scores), agreement.classes_covered), strict=True):
            rows[key].append(value)
    not_seen_badge()
    draw_table(rows, key="multiples agreement")


def vary_in_words(sizes: Mapping[str, np.ndarray], least: int) -> str:
    """Say which setting gives tasks the most clusters, and which loses the fewest images of those in clusters."""
    usable = {name: int((values >= least).sum()) for name, values in sizes.items()}
    kept = {name: values[values >= least].sum() / values.sum() for name, values in sizes.items()}
    most, fullest = max(usable, key=lambda name: usable[name]), max(kept, key=lambda name: kept[name])
    return (
        f"Tasks have the most clusters to draw from with **{most}**: {usable[most]:,} of {len(sizes[most]):,} hold "
        f"{least} images, and {kept[most]:.0%} of the clustered images are in them"
        + (f"; with **{fullest}** {kept[fullest]:.0%} are." if fullest != most else ".")
    )


def settings(method: Any, n_items: int) -> Mapping[str, Mapping[str, tuple[Any, int]]]:
    """Return what can be varied of a strategy: by its name, the panels, each a config and which of its partitions."""
    takes = type(method).model_fields
    found: dict[str, dict[str, tuple[Any, int]]] = {}

    def with_(**changes: Any) -> Any:
        return method.model_copy(update=changes)

    if "n_clusters" in takes:
        k = method.n_clusters or default_n_clusters(n_items)
        numbers = sorted({min(max(2, round(k * factor)), max(2, n_items // 2)) for factor in FACTORS})
        found["clusters"] = {
            f"k = {number}": (with_(n_clusters=number, n_partitions=1), 0) for number in numbers
        }
    if "margin" in takes:
        found["margin"] = {
            f"margin {margin:g}": (with_(margin=margin, n_partitions=1), 0) for margin in MARGINS
        }
    if "n_partitions" in takes:
        many = with_(n_partitions=PANELS)
        found["partitions"] = {f"partition {number + 1}": (many, number) for number in range(PANELS)}
    if "scaling" in takes:
        found["scaling"] = {
            f"{'scaled' if scaling else 'unscaled'}, partition {number + 1}": (
                with_(n_partitions=3, scaling=scaling),
                number,
            )
            for scaling in (False, True)
            for number in range(3)
        }
    return found


def _clustered(methods: Mapping[str, tuple[Any, int]], on_step: OnStep) -> Arrays:
    """Return the sizes of each panel's clusters, none where the strategy leaves no cluster."""
    found: Arrays = {}
    for row, (name, (method, number)) in enumerate(methods.items()):
        on_step(Step("partition", row, len(methods), note=name))
        try:
            sizes = state.partitions(method)[number].sizes()[1]
        except UserError:
            sizes = np.zeros(0, np.int64)
        found[f"sizes {row}"] = sizes
    return found
