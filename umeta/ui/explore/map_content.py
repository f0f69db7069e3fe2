"""What the explore page shows, as its controls ask for it."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from umeta.data import SPLITS, Attribute, Dataset
from umeta.figures.palette import Colour, GroupColours
from umeta.partitions import Partition
from umeta.ui.shared import embedding_maps


@dataclass(frozen=True)
class Shown:
    """What the controls ask for, and the products that the page draws."""

    dataset: Dataset
    partition: Partition
    name: str
    """What identifies the partition in memory."""
    projection: str
    colour: str
    revealed: bool
    every_split: bool = False

    @cached_property
    def items(self) -> np.ndarray:
        """The items on the map."""
        return embedding_maps.items(self.every_split)

    @cached_property
    def colours(self) -> GroupColours:
        """The colours of the clusters on this map."""
        return embedding_maps.cluster_colours(
            self.name, self.partition, self.projection, every_split=self.every_split
        )

    @cached_property
    def attribute(self) -> Attribute | None:
        """What names the groups of points by colour, None while clusters do."""
        return named_colours(self.dataset, revealed=self.revealed, every_split=self.every_split).get(
            self.colour
        )

    @cached_property
    def named_groups(self) -> Partition:
        """The values of that attribute as a partition of the items on the map."""
        attribute = self.attribute or self.dataset.classes
        values = np.full(len(attribute.values), -1, np.int32)
        values[self.items] = attribute.values[self.items]
        return Partition(values, n_made=len(attribute.names))

    @cached_property
    def named_colours(self) -> GroupColours:
        """The colours of its values on this map."""
        return embedding_maps.cluster_colours(
            self.colour, self.named_groups, self.projection, every_split=self.every_split
        )

    def colour_of(self, item: int) -> Colour | None:
        """Return the colour that an item has on the map, None where it stands for a quantity."""
        if self.attribute is not None:
            return self.named_colours.of(int(self.attribute.values[item]))
        return self.colours.of(int(self.partition.clusters[item])) if self.colour == "cluster" else None

    @cached_property
    def distances(self) -> np.ndarray:
        """Each item's distance to the middle of its cluster."""
        return embedding_maps.typicality(self.name, self.partition)

    @property
    def layout(self) -> str:
        """What the coordinates of this map are of, for links."""
        return f"{self.projection}-all" if self.every_split else self.projection

    @property
    def nameless(self) -> bool:
        """Whether there are so many groups that a colour names none of them."""
        if self.colour != "cluster" and self.attribute is None:
            return False
        return (
            len((self.colours if self.attribute is None else self.named_colours).ids)
            > embedding_maps.MANY_GROUPS
        )


def truths(dataset: Dataset) -> Mapping[str, Attribute]:
    """Return everything truly known of each item, by the name it has on screen."""
    return {"true class": dataset.classes, **{f"true {name}": a for name, a in dataset.attributes.items()}}


def named_colours(dataset: Dataset, *, revealed: bool, every_split: bool) -> Mapping[str, Attribute]:
    """Return what can colour points by name, apart from clusters."""
    splits = {"split": Attribute(dataset.split_of.astype(np.int32), SPLITS)} if every_split else {}
    return {**splits, **(truths(dataset) if revealed else {})}
