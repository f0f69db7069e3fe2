"""What every page depends on: the sidebar's selection, and the products made of it.

Products are made once on disk (`umeta.runs.products`) and kept in memory (`umeta.ui.frame.memory`).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st

from umeta.cache import Home
from umeta.data import DATASETS, Dataset
from umeta.device import kind_at_hand
from umeta.encoders import ENCODERS, Embedding
from umeta.partitions import PARTITIONS, Partition
from umeta.runs.encoder_training import TrainingOrder
from umeta.stage import UserError
from umeta.ui.frame.changed_files import stamp_of
from umeta.ui.frame.encoder_training import train_first
from umeta.ui.frame.memory import key_of, remember

if TYPE_CHECKING:
    from umeta.data.marks import Marks


@dataclass(frozen=True)
class Selection:
    """The shared selectors: data set, split and how its images are read, encoder, partition A."""

    dataset: str
    split: str
    encoder: str
    partition: str
    n_clusters: int | None
    reading: tuple[tuple[str, Any], ...] = ()
    """Further options of the data set, by name: how a person's own images are read."""

    def dataset_method(self) -> Any:
        """Return the data set's config."""
        return DATASETS.parse(self.dataset_section())

    def dataset_section(self) -> dict[str, Any]:
        """Return the data set's section of a run."""
        return {"name": self.dataset, "split": self.split, **dict(self.reading)}

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
            "dataset": {**self.dataset_section(), **_labels_for_a_run()},
            "encoder": self.encoder_method().name,
            "partition": partition,
        }

    def partition_method(self, name: str | None = None, **options: Any) -> Any:
        """Return partition A's config, or another's of the same number of clusters."""
        name = name or self.partition
        if takes_clusters(name):
            options = {"n_clusters": self.n_clusters, **options}
        return PARTITIONS.parse({"name": name, **options})


def _labels_for_a_run() -> dict[str, str]:
    """Return the option of a data set that judges by the marks made on it; nothing where there are none."""
    from umeta.data.marks_store import kept_for_good

    marks = own_marks() if ":" in selection().dataset else None
    return {"labels": str(kept_for_good(home(), marks))} if marks else {}


def takes_clusters(partition: str) -> bool:
    """Return whether a strategy is told how many clusters to make."""
    return "n_clusters" in PARTITIONS.method_class(partition).page_options


def home() -> Home:
    """Return where everything is kept."""
    return Home.from_environment()


def device() -> Any:
    """Return the torch device that the app computes on."""
    from umeta.device import pick_device

    return pick_device("auto")


def page(name: str) -> Any:
    """Return a page of the frame by its name, for links and switches."""
    return st.session_state["umeta.pages"][name]


def selection() -> Selection:
    """Return the sidebar's selection of this rerun."""
    return st.session_state["umeta.selection"]


def dataset() -> Dataset:
    """Return the selected data set; the marks of one without labels are its true classes, once they are enough."""
    from umeta.data.marks import classes_of

    data, marks = unmarked_dataset(), own_marks()
    if marks is None:
        return data
    return remember(
        "marked dataset",
        data.content,
        selection().dataset_method(),
        marks.digest,
        label="Taking up marks",
        make=lambda _: replace(data, classes=classes_of(marks, data.images.ids)),
    )


def own_marks() -> "Marks | None":
    """Return the marks of the selected data set, if it has no classes of its own and they are enough for a task."""
    from umeta.data.marks_store import stored_marks

    data = unmarked_dataset()
    if not data.content or data.is_labelled:
        return None
    marks = stored_marks(home(), data.content)
    return marks if marks.is_enough else None


def classes_key() -> str:
    """Return what tells the true classes and attributes from others of the same images."""
    return dataset().labels_fingerprint


def unmarked_dataset() -> Dataset:
    """Return the selected data set as it was read, without marks."""
    return load(selection().dataset_method())


def load(method: Any) -> Dataset:
    """Return a data set, kept in memory; a person's own is read again, and that is said, when its files changed."""
    stamp = stamp_of(Path(method.argument)) if method.argument else ""
    stamps = st.session_state.setdefault("umeta.stamps", {})
    if stamps.setdefault(method.name, stamp) != stamp:
        st.toast(
            "Files of your images changed since they were read: they are read again.", icon=":material/sync:"
        )
        stamps[method.name] = stamp
    folder = home()
    return remember(
        "dataset",
        method,
        stamp,
        folder.data_folders,
        label="Reading images",
        make=lambda step: method.load(folder, on_step=step),
    )


def dataset_method() -> Any:
    """Return the config of a run on the selected data set, as runs keep it."""
    return selection().dataset_method().of_content(dataset())


def items() -> np.ndarray:
    """Return the item numbers of meta_train, which every map and partition shows."""
    return dataset().items("meta_train")


def embedding_key(encoder: str | None = None) -> dict[str, Any]:
    """Return what identifies the embedding by the selected encoder, or by another, whether it is made or not."""
    from umeta.runs import products

    return products.embedding_key(dataset(), _encoder_method(encoder), kind_at_hand())


def is_about_to_embed() -> bool:
    """Return whether `embedding()` will embed the images now: they are not embedded, and the encoder can do it."""
    return is_trained() and not home().has("embeddings", embedding_key())


def embedding(encoder: str | None = None) -> Embedding:
    """Return the embedding of every item of the selected data set by the selected encoder, or by another."""
    from umeta.runs import products

    data, method, key = dataset(), _encoder_method(encoder), embedding_key(encoder)
    if not is_trained(encoder):
        order = TrainingOrder(
            dataset=selection().dataset_method(), encoder=method, device=kind_at_hand().type
        )
        train_first(order, key, home())
    return remember(
        "embedding",
        key,
        label=f"Embedding images by {method.name}",
        make=lambda step: products.embed(data, method, home(), device=kind_at_hand(), on_step=step),
    )


def is_trained(encoder: str | None = None) -> bool:
    """Return whether the selected encoder, or another, needs no minutes of training before it embeds these images."""
    return not _encoder_method(encoder).trains or home().has("embeddings", embedding_key(encoder))


def _encoder_method(encoder: str | None) -> Any:
    return replace(selection(), encoder=encoder or selection().encoder).encoder_method()


def partitions(method: Any = None) -> Sequence[Partition]:
    """Return the partitions by a strategy, partition A's unless another is given."""
    from umeta.runs import products

    method = method or selection().partition_method()
    data, embedded = dataset(), embedding()
    return remember(
        "partitions",
        embedded,
        partition_key(method),
        label=f"Clustering by {method.name}",
        make=lambda step: products.partition(data, embedded, method, home(), on_step=step),
    )


def partition_key(method: Any) -> str:
    """Return what tells the partitions by a strategy from others of the embedding; the oracle's are made of classes."""
    return key_of(method, classes_key() if method.tasks_of == "true classes" else "")


def are_partitions_made(method: Any) -> bool:
    """Return whether the partitions by a strategy are there, so that nothing has to be clustered."""
    from umeta.runs import products

    return home().has("partitions", products.partition_key(embedding(), method))
