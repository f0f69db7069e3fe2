"""What the explore page shows, as its controls ask for it."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from umeta.browser.map.cluster_view import MAX_NAMED_GROUPS
from umeta.data import SPLITS, Attribute, Dataset
from umeta.figures.palette import Colour, GroupColours
from umeta.partitions import Partition
from umeta.ui.frame import state
from umeta.ui.shared.cluster_view import typicality
from umeta.ui.shared.map_layout import MapLayout


@dataclass(frozen=True)
class MapContent:
    """What is on the map, and the products that the page draws."""

    dataset: Dataset
    partition: Partition
    partition_key: str
    """What tells the partition from others of the embedding."""
    layout: MapLayout
    colour: str
    """What points are coloured by: "cluster", a quantity, or an attribute as `named_attributes` calls it."""
    revealed: bool

    @property
    def items(self) -> np.ndarray:
        """The items on the map (n_points,)."""
        return self.layout.items

    @cached_property
    def cluster_colours(self) -> GroupColours:
        """The colours of the clusters on this map."""
        return self.layout.cluster_colours(self.partition_key, self.partition)

    @cached_property
    def attribute(self) -> Attribute | None:
        """The attribute that names the groups of points by colour, None while clusters do."""
        return named_attributes(
            self.dataset, revealed=self.revealed, every_split=self.layout.every_split
        ).get(self.colour)

    @cached_property
    def attribute_groups(self) -> Partition:
        """The values of that attribute as a partition of the items on the map."""
        attribute = self.attribute or self.dataset.classes
        values = np.full(len(attribute.values), -1, np.int32)
        values[self.items] = attribute.values[self.items]
        return Partition(values, n_made=len(attribute.names))

    @cached_property
    def attribute_colours(self) -> GroupColours:
        """The colours of its values on this map."""
        return self.layout.cluster_colours(f"{self.colour} {state.classes_key()}", self.attribute_groups)

    def colour_of(self, item: int) -> Colour | None:
        """Return the colour that an item has on the map, None where it stands for a quantity."""
        if self.attribute is not None:
            return self.attribute_colours.of(int(self.attribute.values[item]))
        if self.colour != "cluster":
            return None
        return self.cluster_colours.of(int(self.partition.clusters[item]))

    @cached_property
    def distances(self) -> np.ndarray:
        """Each item's squared distance to the mean of its cluster (n_items,)."""
        return typicality(self.partition_key, self.partition)

    @property
    def nameless(self) -> bool:
        """Whether there are so many groups that a colour names none of them."""
        if self.colour != "cluster" and self.attribute is None:
            return False
        colours = self.cluster_colours if self.attribute is None else self.attribute_colours
        return len(colours.ids) > MAX_NAMED_GROUPS


def true_attributes(dataset: Dataset) -> Mapping[str, Attribute]:
    """Return the true class, where one is known, and the true attributes, by the names they have on screen."""
    classes = {"true class": dataset.classes} if dataset.is_labelled else {}
    return {**classes, **{f"true {name}": attribute for name, attribute in dataset.attributes.items()}}


def named_attributes(dataset: Dataset, *, revealed: bool, every_split: bool) -> Mapping[str, Attribute]:
    """Return what can colour points by name, apart from clusters."""
    splits = {"split": Attribute(dataset.split_of.astype(np.int32), SPLITS)} if every_split else {}
    return {**splits, **(true_attributes(dataset) if revealed else {})}
