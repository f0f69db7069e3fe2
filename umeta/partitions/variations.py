"""What can be varied of a strategy: the configs that differ from it in one option."""

from collections.abc import Mapping
from typing import Any

from umeta.partitions.strategy import default_n_clusters

FACTORS = (0.125, 0.25, 0.5, 1, 2, 4)
"""Numbers of clusters to try, as multiples of the strategy's own."""
MARGINS = (0.0, 0.2, 0.4, 0.8, 1.2, 1.6)
N_PARTITIONS = 6
N_SCALED = 3

Panels = Mapping[str, tuple[Any, int]]
"""By its name, each config, and which of its partitions is meant, from 0."""


def variations(method: Any, n_items: int) -> Mapping[str, Panels]:
    """Return the panels of each option of a strategy that can be varied, by the option's name on the page."""
    by_option: dict[str, Panels] = {}

    def changed(**options: Any) -> Any:
        return method.model_copy(update=options)

    if "n_clusters" in method.page_options:
        n_clusters = method.n_clusters or default_n_clusters(n_items)
        numbers = {min(max(2, round(n_clusters * factor)), max(2, n_items // 2)) for factor in FACTORS}
        by_option["clusters"] = {
            f"k = {number}": (changed(n_clusters=number, n_partitions=1), 0) for number in sorted(numbers)
        }
    if "margin" in method.page_options:
        by_option["margin"] = {
            f"margin {margin:g}": (changed(margin=margin, n_partitions=1), 0) for margin in MARGINS
        }
    if "n_partitions" in method.page_options:
        several = changed(n_partitions=N_PARTITIONS)
        by_option["partitions"] = {
            f"partition {number + 1}": (several, number) for number in range(N_PARTITIONS)
        }
    if "scaling" in method.page_options:
        by_option["scaling"] = {
            f"{'scaled' if scaling else 'unscaled'}, partition {number + 1}": (
                changed(n_partitions=N_SCALED, scaling=scaling),
                number,
            )
            for scaling in (False, True)
            for number in range(N_SCALED)
        }
    return by_option
