"""The shared selectors. They are bound to the URL, so that a link restores what is on screen."""

from collections.abc import Sequence

import streamlit as st

from umeta.cache import Home
from umeta.data import DATASETS, datasets_at_hand
from umeta.encoders import ENCODERS
from umeta.partitions import PARTITIONS
from umeta.stage import UserError
from umeta.ui.frame import links, opened_paths
from umeta.ui.frame.links import Parameter
from umeta.ui.frame.state import Selection, home, takes_clusters

FROM_FILE = "Finished embeddings from a file"


def draw_sidebar(system: st.Page) -> None:
    """Draw the selectors and keep their values for this rerun."""
    folder = home()
    for parameter in (links.DATASET, links.ENCODER):
        opened_paths.ask_before_opening(folder, parameter)
    names = [card.name for card in datasets_at_hand(folder) if card.available]
    encoders = [name for name in ENCODERS.methods if name not in ENCODERS.takes_argument]
    with st.sidebar:
        dataset = _select(
            "Data set",
            links.DATASET,
            [*names, *_opened(folder, "folder", links.DATASET)],
            help="The images. More sets, and your own images, are on the Data page.",
        )
        splits: tuple[str, ...] = DATASETS.parse(dataset).splits
        split = (
            splits[0]
            if len(splits) == 1
            else _select("Split", links.SPLIT.of(dataset.partition(":")[0]), splits)
        )
        encoder = _select(
            "Encoder",
            links.ENCODER,
            [*encoders, *_opened(folder, "import", links.ENCODER), FROM_FILE],
            help="Images to vectors.",
        )
        if encoder == FROM_FILE:
            _draw_file_field(folder)
        partition = _select(
            "Partition A", links.PARTITION, list(PARTITIONS.methods), help="Vectors to clusters."
        )
        n_clusters = None
        if takes_clusters(partition):
            n_clusters = st.number_input(
                "Clusters",
                min_value=2,
                value=None,
                step=10,
                key=links.N_CLUSTERS.key,
                bind="query-params",
                placeholder="automatic",
                help="How many clusters to make. Automatic: one per 40 items, at most 500.",
            )
        st.page_link(system, label="System", icon=":material/memory:")
    st.session_state["umeta.selection"] = Selection(
        _whole(dataset), split, _whole(encoder), partition, n_clusters
    )


def _draw_file_field(folder: Home) -> None:
    """Let a person give a file of embeddings; it is checked at once."""
    path = st.text_input(
        "Path of the file",
        key="embeddings path",
        placeholder="/home/me/embeddings.npz",
        help="A .npz, .npy or .parquet on the computer that umeta runs on, one row per image, named by its id.",
    ).strip()
    if not path:
        return
    try:
        name = opened_paths.whole(f"import:{path}")
        with st.spinner("Reading the file …"):
            encoder = ENCODERS.parse(name)
            encoder.read()
            note = encoder.note
    except UserError as error:
        st.error(str(error), icon=":material/error:")
        return
    if note:
        st.warning(f"The embedding is {note}: the file has no `split`.", icon=":material/warning:")
    st.button(
        "Use these embeddings",
        type="primary",
        key="use file",
        on_click=opened_paths.use,
        args=(folder, links.ENCODER, name),
    )


def _opened(folder: Home, stem: str, parameter: Parameter[str | None]) -> list[str]:
    """Return the opened paths to choose from, with the link's own spelling of one of them."""
    names = opened_paths.opened(folder, stem)
    text = parameter.read()
    is_opened = text.startswith(f"{stem}:") and text not in names and _whole(text) in names
    return [*names, text] if is_opened else names


def _whole(name: str) -> str:
    return opened_paths.whole(name) if ":" in name else name


def _select(
    label: str, parameter: Parameter[str | None], options: Sequence[str], *, help: str | None = None
) -> str:
    """Draw one bound selector; a value in the URL that does not exist is announced, not silently dropped."""
    links.announce_unknown(parameter, options)
    default = parameter.default
    index = list(options).index(default) if default is not None and default in options else 0
    return st.selectbox(label, options, index=index, key=parameter.key, bind="query-params", help=help)
