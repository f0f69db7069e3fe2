"""Items that a text names: those of a cluster, an item, a class or a split."""

import re
from collections.abc import Mapping

import numpy as np

from umeta.data import SPLITS, Attribute, Dataset
from umeta.partitions import Partition

EXAMPLES = "“cluster 12” or “item 345”"


def searchable_attributes(dataset: Dataset, *, revealed: bool) -> Mapping[str, Attribute]:
    """Return what can be searched by name: the splits, and once they are revealed the classes and all attributes."""
    classes = {"class": dataset.classes} if dataset.is_labelled else {}
    true_attributes = {**classes, **dataset.attributes} if revealed else {}
    return {"split": Attribute(dataset.split_of, SPLITS), **true_attributes}


def find(
    text: str, partition: Partition, items: np.ndarray, attributes: Mapping[str, Attribute] | None = None
) -> np.ndarray:
    """Return the items on the map that a text names.

    Args:
        text: "cluster 12" (or "12"), "item 345", or a name after its kind: "class Greek/character03". Part of a name
            is enough: "class Greek" is every class with Greek in its name.
        partition: Whose clusters are meant.
        items: The items on the map.
        attributes: What has names, by its kind.

    Raises:
        ValueError: the text names nothing that is on the map.
    """
    attributes = attributes or {}
    kind, _, name = text.strip().partition(" ")
    if kind.lower() in attributes and name.strip():
        return _named(kind.lower(), name.strip(), attributes[kind.lower()], items)
    match = re.fullmatch(r"\s*(?:(item|i|cluster|c)\s*:?\s*)?(\d{1,9})\s*", text, re.IGNORECASE)
    if match is None:
        kinds = f", or one of {', '.join(attributes)} with a name" if attributes else ""
        raise ValueError(f"“{text}” is neither a cluster nor an item; type {EXAMPLES}{kinds}.")
    number = int(match[2])
    if (match[1] or "c")[0].lower() == "i":
        if number not in items:
            raise ValueError(f"item {number} is not among the {len(items):,} items on this map.")
        return np.array([number])
    members = np.flatnonzero(partition.clusters == number)
    if len(members) == 0:
        ids = partition.sizes()[0]
        raise ValueError(
            f"there is no cluster {number}; the {len(ids)} clusters are {ids.min()} to {ids.max()}."
        )
    return members


def _named(kind: str, name: str, attribute: Attribute, items: np.ndarray) -> np.ndarray:
    """Return the items on the map of the value that is called so, or else of all with the name in theirs."""
    searched, names = name.lower(), [value.lower() for value in attribute.names]
    values = [number for number, value in enumerate(names) if value == searched]
    values = values or [number for number, value in enumerate(names) if searched in value]
    members = items[np.isin(attribute.values[items], values)]
    if len(members) == 0:
        on_map = [
            str(attribute.names[number]) for number in np.unique(attribute.values[items]) if number >= 0
        ]
        examples = ", ".join(on_map[:4]) + (f" and {len(on_map) - 4:,} more" if len(on_map) > 4 else "")
        raise ValueError(f"no {kind} on this map has “{name}” in its name; there are {examples}.")
    return members
