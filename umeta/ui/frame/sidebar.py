"""The shared selectors. They are bound to the URL, so that a link restores what is on screen."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import streamlit as st

from umeta.cache import Home
from umeta.data import DATASETS, datasets_at_hand
from umeta.encoders import ENCODERS, default_encoder, encoders_for
from umeta.partitions import PARTITIONS
from umeta.ui.frame import access, links, opened_paths
from umeta.ui.frame.encoder_file import draw_encoder_file
from umeta.ui.frame.links import Parameter
from umeta.ui.frame.opened_entry import KINDS
from umeta.ui.frame.opening import ask_before_opening, read_as_remembered
from umeta.ui.frame.state import Selection, home, takes_clusters
from umeta.ui.frame.titles import told_apart

FROM_FILE = "An encoder or embeddings from a file"
OWN_SETS = tuple(kind for kind in KINDS if kind in DATASETS.takes_argument)
OWN_ENCODERS = tuple(kind for kind in KINDS if kind in ENCODERS.takes_argument)


def draw_sidebar(system: st.Page) -> None:
    """Draw the selectors and keep their values for this rerun."""
    folder = home()
    for parameter in (links.DATASET, links.ENCODER):
        ask_before_opening(folder, parameter)
    with st.sidebar:
        dataset = _draw_dataset(folder)
        split = _draw_split(dataset)
        reading = _draw_reading(folder, dataset)
        encoder = _draw_encoder(folder, dataset)
        partition, n_clusters = _draw_partition()
        st.page_link(system, label="System", icon=":material/memory:")
        if not access.is_full():
            st.caption(f":material/lock: {access.explanation()}")
    st.session_state["umeta.selection"] = Selection(
        _whole(dataset), split, _whole(encoder), partition, n_clusters, reading
    )


def _draw_dataset(folder: Home) -> str:
    names = [card.name for card in datasets_at_hand(folder) if card.available]
    return _select_by_title(
        "Data set",
        links.DATASET,
        [*names, *_opened(folder, OWN_SETS, links.DATASET)],
        folder,
        help="The images. More sets, and your own images, are on the Data page.",
    )


def _draw_split(dataset: str) -> str:
    splits: tuple[str, ...] = DATASETS.parse(dataset).splits
    if len(splits) == 1:
        return splits[0]
    return _select("Split", links.SPLIT.of(dataset.partition(":")[0]), splits)


def _draw_reading(folder: Home, dataset: str) -> tuple[tuple[str, Any], ...]:
    """Draw how the images of a person's own set are made alike; other sets say that themselves."""
    options = DATASETS.method_class(dataset).model_fields
    if ":" not in dataset or _has_vectors(dataset):
        return ()
    entry = opened_paths.entry_of(folder, _whole(dataset))
    remembered = {name: options[name].default for name in ("fit", "size")} | dict(
        entry.reading if entry else {}
    )
    with st.expander("How its images are read"):
        fit = _select("Not square", links.FIT, links.FITS, default=remembered["fit"])
        size = st.number_input(
            "Pixels a side",
            min_value=links.SIDES[0],
            max_value=links.SIDES[1],
            value=remembered["size"],
            step=4,
            key=links.SIZE.key,
            bind="query-params",
            placeholder="as they are",
        )
    return (("fit", fit), ("size", size)) if size else (("fit", fit),)


def _draw_encoder(folder: Home, dataset: str) -> str:
    with_vectors = _has_vectors(dataset)
    default = default_encoder(dataset, with_vectors=with_vectors)
    names = encoders_for(with_vectors=with_vectors)
    encoder = _select_by_title(
        "Encoder",
        _usual_for_the_set(links.ENCODER, default),
        [*names, *_opened(folder, OWN_ENCODERS, links.ENCODER), *([FROM_FILE] if access.is_full() else [])],
        folder,
        help="Images to vectors.",
    )
    if encoder == FROM_FILE:
        draw_encoder_file(folder)
    return encoder


def _has_vectors(dataset: str) -> bool:
    return DATASETS.parse(dataset).has_vectors


def _usual_for_the_set(parameter: Parameter[str | None], default: str) -> Parameter[str | None]:
    """Return a parameter with the default of the data set; what was only the default of another set gives way to it."""
    memory = _by_default(parameter)
    before = st.session_state.get(memory, default)
    if before != default and st.session_state.get(parameter.key) == before:
        st.session_state[parameter.key] = default
    st.session_state[memory] = default
    return replace(parameter, default=default)


def keep_encoder() -> None:
    """Let the encoder that is set stay at another data set too; called before the page is drawn."""
    st.session_state.pop(_by_default(links.ENCODER), None)


def _by_default(parameter: Parameter[str | None]) -> str:
    return f"{parameter.key} by default"


def _draw_partition() -> tuple[str, int | None]:
    partition = _select("Partition A", links.PARTITION, list(PARTITIONS.methods), help="Vectors to clusters.")
    if not takes_clusters(partition):
        return partition, None
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
    return partition, n_clusters


def _opened(folder: Home, kinds: Sequence[str], parameter: Parameter[str | None]) -> list[str]:
    """Return the opened paths to choose from, with the link's own spelling of one of them."""
    names = opened_paths.opened(folder, *kinds)
    text = parameter.read()
    is_opened = text.partition(":")[0] in kinds and text not in names and _whole(text) in names
    return [*names, text] if is_opened else names


def _whole(name: str) -> str:
    return opened_paths.whole(name) if name.partition(":")[0] in KINDS else name


def _select_by_title(
    label: str, parameter: Parameter[str | None], options: Sequence[str], folder: Home, *, help: str
) -> str:
    """Draw a selector that shows the titles of a person's own sets and encoders, and return the name chosen.

    A bound selector writes what it shows into the link, and a link must hold the path. So the bound one is not seen,
    and what is seen hands its choice over.
    """
    links.announce_unknown(parameter, options)
    with st.container(key=f"bound {parameter.key}"):
        name = _select(f"{label} of the link", parameter, options, announce=False)
    shown = f"{parameter.key} by title"
    titles = _titles(options, folder)
    st.session_state[shown] = name
    st.selectbox(
        label,
        options,
        format_func=lambda option: titles[option],
        key=shown,
        help=help,
        on_change=_choose,
        args=(parameter, shown, folder),
    )
    return name


def _titles(options: Sequence[str], folder: Home) -> dict[str, str]:
    by_name = {entry.name: entry for entry in opened_paths.entries(folder)}
    own = {option: by_name[_whole(option)] for option in options if _whole(option) in by_name}
    called = told_apart(options, {option: entry.title for option, entry in own.items()})
    gone = {option for option, entry in own.items() if not entry.is_there}
    return {
        option: f"{title} (not there any more)" if option in gone else title
        for option, title in called.items()
    }


def _choose(parameter: Parameter[str | None], shown: str, folder: Home) -> None:
    name = st.session_state[shown]
    st.session_state[parameter.key] = name
    if parameter is links.DATASET:
        read_as_remembered(folder, name)


def _select(
    label: str,
    parameter: Parameter[str | None],
    options: Sequence[str],
    *,
    default: str | None = None,
    announce: bool = True,
    help: str | None = None,
) -> str:
    """Draw one bound selector; a value in the URL that does not exist is announced, not silently dropped."""
    if announce:
        links.announce_unknown(parameter, options)
    default = default or parameter.default
    index = list(options).index(default) if default is not None and default in options else 0
    return st.selectbox(label, options, index=index, key=parameter.key, bind="query-params", help=help)
