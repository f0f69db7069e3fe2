"""What every page depends on: the sidebar's selection, and the products it asks for.

Products are made once on disk (`umeta.runs.products`); here they are also kept in memory, and whatever takes long
shows its progress while it is made.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
import streamlit as st

from umeta.cache import Home
from umeta.data import DATASETS, Dataset
from umeta.encoders import ENCODERS, Embedding
from umeta.partitions import PARTITIONS, Partition
from umeta.stage import OnStep, Step, UserError

T = TypeVar("T")


@dataclass(frozen=True)
class Selection:
    """The shared selectors: data set and split, encoder, partition A."""

    dataset: str
    split: str
    encoder: str
    partition: str
    n_clusters: int | None

    def dataset_method(self) -> Any:
        """Return the data set's config."""
        return DATASETS.parse({"name": self.dataset, "split": self.split})

    def encoder_method(self) -> Any:
        """Return the encoder's config, trained as long as a short run trains it.

        Raises:
            UserError: finished embeddings are chosen, but no file of them yet.
        """
        if self.encoder not in ENCODERS.methods and ":" not in self.encoder:
            raise UserError(
                "Give the path of a file of embeddings in the sidebar, or choose another encoder."
            )
        return ENCODERS.parse(self.encoder, "short")

    def sections(self) -> dict[str, Any]:
        """Return the sections of a run with no more than was chosen here: its budget fills in the rest."""
        partition: dict[str, Any] = {"name": self.partition}
        if self.n_clusters and takes_clusters(self.partition):
            partition["n_clusters"] = self.n_clusters
        return {
            "dataset": {"name": self.dataset, "split": self.split},
            "encoder": self.encoder_method().name,
            "partition": partition,
        }

    def partition_method(self, name: str | None = None, **options: Any) -> Any:
        """Return partition A's config, or another's of the same number of clusters."""
        name = name or self.partition
        if takes_clusters(name):
            options = {"n_clusters": self.n_clusters, **options}
        return PARTITIONS.parse({"name": name, **options})


def takes_clusters(partition: str) -> bool:
    """Say whether a strategy is told how many clusters to make."""
    return "n_clusters" in PARTITIONS.method_class(partition).model_fields


def home() -> Home:
    """Return where everything is kept."""
    return Home.from_environment()


def page(name: str) -> Any:
    """Return a page of the frame by its name, for links and switches."""
    return st.session_state["umeta.pages"][name]


def selection() -> Selection:
    """Return the sidebar's selection of this rerun."""
    return st.session_state["umeta.selection"]


def dataset() -> Dataset:
    """Return the selected data set."""
    method = selection().dataset_method()
    return remember(
        "dataset", method.model_dump_json(), "Reading images", lambda step: method.load(home(), on_step=step)
    )


def items() -> np.ndarray:
    """Return the item numbers of meta_train, which every map and partition shows."""
    return dataset().items("meta_train")


def embedding() -> Embedding:
    """Return the embedding of every item of the selected data set by the selected encoder."""
    from umeta.runs import products

    data, encoder = dataset(), selection().encoder_method()
    if hasattr(encoder, "steps") and not home().has("embeddings", embedding_key()):
        _ask_before_training(encoder.name)
    return remember(
        "embedding",
        f"{embedding_key()}",
        f"Embedding images by {encoder.name}",
        lambda step: products.embed(data, encoder, home(), device=device(), on_step=step),
    )


def _ask_before_training(name: str) -> None:
    """Let a person decide about minutes of training; the page ends here until they have."""
    st.info(
        f"The encoder **{name}** is not trained on these images yet. Training takes minutes, shows how it goes, and is "
        "kept; Stop, at the top right, ends it.",
        icon=":material/model_training:",
    )
    if not st.button("Train it now", key="train encoder", type="primary"):
        st.stop()


def embedding_key() -> dict[str, Any]:
    """Return what identifies the embedding."""
    from umeta.runs import products

    return products.embedding_key(dataset(), selection().encoder_method(), device())


def partitions(method: Any = None) -> Sequence[Partition]:
    """Return the partitions by a strategy, partition A's unless another is given."""
    from umeta.runs import products

    method = method or selection().partition_method()
    data, embedded = dataset(), embedding()
    return remember(
        "partitions",
        f"{embedding_key()} {method.made_from()}",
        f"Clustering by {method.name}",
        lambda step: products.partition(data, embedded, method, home(), on_step=step),
    )


def device() -> Any:
    """Return the device that the app computes on."""
    from umeta.device import pick_device

    return pick_device("auto")


@dataclass
class _Box:
    """A place for one product, shared by all sessions; the lock lets one of them make it while others wait."""

    lock: threading.Lock
    value: Any = None


@st.cache_resource(max_entries=64, show_spinner=False)
def _box(kind: str, key: str) -> _Box:
    return _Box(threading.Lock())


def remember(kind: str, key: str, label: str, make: Callable[[OnStep], T]) -> T:
    """Return the product of that kind and key, making it under a progress bar if it is not in memory."""
    box = _box(kind, key)
    if box.value is None:
        with box.lock:
            if box.value is None:
                with working(label) as on_step:
                    box.value = make(on_step)
    return box.value


@contextmanager
def working(label: str) -> Iterator[OnStep]:
    """Show a progress bar with a label, and the latest picture, while the block works, and nothing after it."""
    place, picture = st.empty(), st.empty()
    place.progress(0.0, text=f"{label} …")

    def on_step(step: Step) -> None:
        share = step.done / step.total if step.total else 0.0
        place.progress(min(share, 1.0), text=f"{label}: {step.done:,} of {step.total:,}")
        if step.picture is not None:
            picture.image(step.picture, width=420, caption="How the encoder's training goes")

    try:
        yield on_step
    finally:
        place.empty()
        picture.empty()


@contextmanager
def explained() -> Iterator[None]:
    """Turn an error that a person can mend into one line on the page, and end the page there."""
    try:
        yield
    except UserError as error:
        st.error(str(error), icon=":material/error:")
        st.stop()
