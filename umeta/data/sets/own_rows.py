"""What was read of a person's own images as arrays of the cache, and back."""

import json
from collections.abc import Mapping, Sequence

import numpy as np

from umeta.cache import Arrays
from umeta.data.dataset import Attribute, in_content_order
from umeta.data.sets.folder_layout import NO_PART, part_numbers
from umeta.data.sets.own_items import OwnItems


def arrays_of(
    rows: Arrays, notes: Sequence[str], attributes: Mapping[str, Attribute] | None = None
) -> Arrays:
    """Return what was read as arrays in content order.

    Args:
        rows: `images`, `ids`, `classes` (texts, empty where a class is not known), and where there are such, `parts`
            and `vectors`; a row for each item.
        notes: what was left out or assumed.
        attributes: further attributes of the items.
    """
    attributes = attributes or {}
    return noted(in_content_order({**rows, **attribute_rows(attributes)}), notes, attributes)


def attribute_rows(attributes: Mapping[str, Attribute]) -> Arrays:
    """Return attributes as an array `attributes` with a row for each item; none if there are none."""
    values = [attribute.values for attribute in attributes.values()]
    return {"attributes": np.stack(values, axis=1).astype(np.int32)} if values else {}


def noted(arrays: Arrays, notes: Sequence[str], attributes: Mapping[str, Attribute]) -> Arrays:
    """Return rows with notes and the names of attributes and their values."""
    names = {name: list(attribute.names) for name, attribute in attributes.items()}
    return {**arrays, "notes": np.array(notes, np.str_), "attribute_names": np.array([json.dumps(names)])}


def items_of(arrays: Arrays) -> OwnItems:
    """Return what was read from arrays that `arrays_of` made."""
    names = json.loads(str(arrays["attribute_names"][0]))
    return OwnItems(
        images=arrays["images"],
        ids=arrays["ids"].tolist(),
        classes=classes_of(arrays["classes"].tolist()),
        parts=arrays.get("parts"),
        attributes={
            name: Attribute(np.array(arrays["attributes"][:, place]), of_values)
            for place, (name, of_values) in enumerate(names.items())
        },
        notes=tuple(arrays["notes"].tolist()),
        vectors=arrays.get("vectors"),
    )


def classes_of(texts: Sequence[str]) -> Attribute:
    """Return classes by their texts, numbers in the order of their size; an empty text is an unknown class, -1."""
    names = sorted(
        {*texts} - {""}, key=lambda text: (not text.isdecimal(), int(text) if text.isdecimal() else 0, text)
    )
    place = {name: number for number, name in enumerate(names)} | {"": -1}
    return Attribute(np.array([place[text] for text in texts], np.int32), names)


def parts_of(texts: Sequence[str]) -> tuple[np.ndarray | None, list[str]]:
    """Return the part of a split that each item is of, -1 for none, and a note on words that are no parts."""
    number_of = part_numbers({*texts})
    if not number_of:
        return None, ["The column of splits names no training part and another, and was not used."]
    return np.array([number_of.get(text, NO_PART) for text in texts], np.int8), []
