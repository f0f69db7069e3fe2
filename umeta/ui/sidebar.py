"""The shared selectors. They are bound to the URL, so that a link restores what is on screen."""

from typing import get_args

import streamlit as st

from umeta.data import DATASETS, datasets_at_hand
from umeta.encoders import ENCODERS
from umeta.partitions import PARTITIONS
from umeta.ui.state import Selection, home, takes_clusters


def draw_sidebar(system: st.Page) -> None:
    """Draw the selectors and keep their values for this rerun."""
    here = [one.name for one in datasets_at_hand(home()) if one.available]
    with st.sidebar:
        dataset = _select("Data set", "dataset", here, help="The images. More sets are on the Data page.")
        splits: tuple[str, ...] = get_args(DATASETS.method_class(dataset).model_fields["split"].annotation)
        split = splits[0] if len(splits) == 1 else _select("Split", f"split_{dataset}", splits)
        encoders = [name for name in ENCODERS.methods if name not in ENCODERS.takes_argument]
        encoder = _select("Encoder", "encoder", encoders, default="pca", help="Images to vectors.")
        partition = _select("Partition A", "partition", list(PARTITIONS.methods), help="Vectors to clusters.")
        n_clusters = None
        if takes_clusters(partition):
            n_clusters = st.number_input(
                "Clusters",
                min_value=2,
                value=None,
                step=10,
                key="k",
                bind="query-params",
                placeholder="automatic",
                help="How many clusters to make. Automatic: one per 40 items, at most 500.",
            )
        st.page_link(system, label="System", icon=":material/memory:")
    st.session_state["umeta.selection"] = Selection(dataset, split, encoder, partition, n_clusters)


def _select(label: str, key: str, options, *, default: str | None = None, help: str | None = None) -> str:
    """Draw one bound selector; a value in the URL that does not exist is announced, not silently dropped."""
    asked = st.query_params.get(key)
    if asked is not None and asked not in options:
        st.warning(
            f"{key}={asked!r} is not here. Choose one of: {', '.join(options)}.", icon=":material/link_off:"
        )
    index = list(options).index(default) if default in options else 0
    return st.selectbox(label, options, index=index, key=key, bind="query-params", help=help)
