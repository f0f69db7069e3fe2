"""What a person searches for by words: a cluster, an item, a class or a split."""

import re
from collections.abc import Mapping

import numpy as np

from umeta.data import SPLITS, Attribute, Dataset
from umeta.partitions import Partition

EXAMPLES = "“cluster 12” or “item 345”"


def findable(dataset: Dataset, *, revealed: bool) -> Mapping[str, Attribute]:
    """Return what can be searched by name: the splits, and once they are revealed the classes and all else known."""
    known = {"class": dataset.classes, **dataset.attributes} if revealed else {}
    return {"split": Attribute(dataset.split_of, SPLITS), **known}


def find(
    text: str, partition: Partition, items: np.ndarray, known: Mapping[str, Attribute] | None = None
) -> np.ndarray:
    """Return the items on the map that a text names.

    Args:
        text: "cluster 12" (or "12"), "item 345", or a name after its kind: "class Greek/character03". Part of a name
            is enough: "class Greek" is every class with Greek in its name.
        partition: Whose clusters are meant.
        items: The items on the map.
        known: What has names, by its kind.

    Raises:
        ValueError: the text names nothing that is on the map.
    """
    known = known or {}
    kind, _, name = text.strip().partition(" ")
    if kind.lower() in known and name.strip():
        return _named(kind.lower(), name.strip(), known[kind.lower()], items)
    match = re.fullmatch(r"\s*(?:(item|i|cluster|c)\s*:?\s*)?(\d{1,9})\s*", text, re.IGNORECASE)
    if match is None:
        more = f", or one of {', '.join(known)} with a name" if known else ""
        raise ValueError(f"“{text}” is neither a cluster nor an item; type {EXAMPLES}{more}.")
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
    wanted, names = name.lower(), [one.lower() for one in attribute.names]
    found = [k for k, one in enumerate(names) if one == wanted] or [
        k for k, one in enumerate(names) if wanted in one
    ]
    members = items[np.isin(attribute.values[items], found)]
    if len(members) == 0:
        here = [str(attribute.names[k]) for k in np.unique(attribute.values[items]) if k >= 0]
        shown = ", ".join(here[:4]) + (f" and {len(here) - 4:,} more" if len(here) > 4 else "")
        raise ValueError(f"no {kind} on this map has “{name}” in its name; there are {shown}.")
    return members
